import type { Sql } from 'postgres'
import type { EventType } from '#domain/events/catalogue.ts'
import { addToTotals, type JobTotals } from '#domain/job/totals.ts'

/** Events read at a time: about a megabyte of output. */
const PAGE = 2000

type Row = { seq: number; type: EventType; payload: string | null }

/**
 * Adds a job's events after `seq` to its totals, in place, page by page, to the end of the journal or `maxEvents`.
 *
 * @returns the seq of the newest event added
 */
export async function takeEvents(
  sql: Sql,
  { jobId, totals, maxEvents }: { jobId: string; totals: JobTotals; maxEvents: number },
): Promise<number> {
  let seq = totals.events
  const end = seq + maxEvents
  while (seq < end) {
    const rows = await sql<Row[]>`
      select seq, type, payload from job_events where job_id = ${jobId} and seq > ${seq} order by seq limit ${PAGE}`
    for (const row of rows) {
      addToTotals(totals, { type: row.type, payload: row.payload === null ? null : JSON.parse(row.payload) })
      seq = row.seq
    }
    if (rows.length < PAGE) break
  }
  return seq
}
