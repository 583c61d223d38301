import type { Sql } from 'postgres'
import { CountPyramid, type CountsWindow, mostBuckets } from '#domain/view/countPyramid.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { readProjection } from '#server/projector/readProjection.ts'

/**
 * Counts over time of a job's events, through its head.
 *
 * @param buckets at most so many; a power of two
 * @throws WaybillError NOT_FOUND
 */
export async function readCounts(sql: Sql, job: JobAddress, buckets: number): Promise<CountsWindow> {
  const { head, fold } = await readProjection(sql, job, { counts: true })
  const table = fold.projection.counts.toTable()
  return { head, ...(buckets === mostBuckets ? table : CountPyramid.from(table, buckets).toTable()) }
}
