import type { Sql } from 'postgres'
import { addToTotals, type JobTotals } from '#domain/job/totals.ts'
import { readEventPage } from '#server/projector/readEventPage.ts'

/** Adds a job's events after those in `totals`, in place, up to `end`. Totals alone: a list of jobs needs no more. */
export async function takeEvents(
  sql: Sql,
  { jobId, totals, end }: { jobId: string; totals: JobTotals; end: number },
): Promise<void> {
  // Seqs have no gap: as many events as were added is also how far they reach.
  while (totals.events < end) {
    const rows = await readEventPage(sql, { jobId, after: totals.events, end })
    if (rows.length === 0) return
    for (const { type, payload } of rows) {
      addToTotals(totals, { type, payload: payload === null ? null : JSON.parse(payload) })
    }
  }
}
