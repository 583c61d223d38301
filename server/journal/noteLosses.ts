import type { Sql } from 'postgres'
import type { EventAddress } from '#server/journal/journal.ts'

/** Remembers, for all processes, up to which seq readers of these jobs were given events that may be gone. */
export async function noteLosses(sql: Sql, events: readonly Omit<EventAddress, 'id'>[]): Promise<void> {
  if (events.length === 0) return
  await sql`
    insert into losses (org_id, job_id, last_seq)
    select * from unnest(${events.map(({ orgId }) => orgId)}::uuid[], ${events.map(({ jobId }) => jobId)}::uuid[],
      ${events.map(({ seq }) => seq)}::bigint[])
    on conflict (job_id) do update set last_seq = greatest(losses.last_seq, excluded.last_seq), noticed_at = now()`
}
