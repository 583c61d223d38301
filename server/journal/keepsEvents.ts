import type { Sql } from 'postgres'
import type { EventAddress } from '#server/journal/journal.ts'

/** Which of these jobs still have exactly this event at this seq; by job id. */
export async function keepsEvents(sql: Sql, events: readonly EventAddress[]): Promise<Set<string>> {
  if (events.length === 0) return new Set()
  const rows = await sql<{ job_id: string }[]>`
    select e.job_id
    from unnest(${events.map(({ orgId }) => orgId)}::uuid[], ${events.map(({ jobId }) => jobId)}::uuid[],
      ${events.map(({ seq }) => seq)}::bigint[], ${events.map(({ id }) => id)}::uuid[]) as w (org_id, job_id, seq, id)
    join job_events e on e.job_id = w.job_id and e.seq = w.seq and e.id = w.id and e.org_id = w.org_id`
  return new Set(rows.map((row) => row.job_id))
}
