import type { Sql } from 'postgres'
import type { EventType } from '#domain/events/catalogue.ts'
import { addToTotals, type JobTotals } from '#domain/job/totals.ts'

/** Read at a time: some of these, or fewer if their payloads together have more than that. */
const PAGE_EVENTS = 2000
const PAGE_BYTES = 4 * 1024 * 1024

type Row = { seq: number; type: EventType; payload: string | null }

/**
 * Adds a job's events after those in `totals`, in place, page by page, until nothing is left or `maxEvents` were added.
 *
 * @returns the seq of the newest event in the totals
 */
export async function takeEvents(
  sql: Sql,
  { jobId, totals, maxEvents }: { jobId: string; totals: JobTotals; maxEvents: number },
): Promise<number> {
  // Seqs have no gap: as many events as were added is also how far they reach.
  const end = totals.events + maxEvents
  while (totals.events < end) {
    const after = totals.events
    const rows = await sql<Row[]>`
      select seq, type, payload from (
        select seq, type, payload, sum(octet_length(payload)) over (order by seq) as bytes from (
          select seq, type, payload from job_events
          where job_id = ${jobId} and seq > ${after} order by seq limit ${Math.min(PAGE_EVENTS, end - after)}
        ) e
      ) p
      where seq = ${after + 1} or bytes is null or bytes <= ${PAGE_BYTES}
      order by seq`
    if (rows.length === 0) break
    for (const { type, payload } of rows) {
      addToTotals(totals, { type, payload: payload === null ? null : JSON.parse(payload) })
    }
  }
  return totals.events
}
