import type { Sql } from 'postgres'
import type { EventType } from '#domain/events/catalogue.ts'

/** Read at a time: some of these, or fewer if their payloads together have more than that. */
const PAGE_EVENTS = 2000
const PAGE_BYTES = 4 * 1024 * 1024

/** What projections are made from. */
export type EventContent = {
  seq: number
  type: EventType
  /** recordedAt, in milliseconds since the epoch */
  at: number
  /** JSON; null once erased */
  payload: string | null
}

/** The next events of a job after `after` up to `end`, ascending; none at the end. */
export async function readEventPage(
  sql: Sql,
  { jobId, after, end }: { jobId: string; after: number; end: number },
): Promise<EventContent[]> {
  if (after >= end) return []
  return sql<EventContent[]>`
    select seq, type, date_part('epoch', recorded_at) * 1000 as at, payload from (
      select seq, type, recorded_at, payload, sum(octet_length(payload)) over (order by seq) as bytes from (
        select seq, type, recorded_at, payload from job_events
        where job_id = ${jobId} and seq > ${after} order by seq limit ${Math.min(PAGE_EVENTS, end - after)}
      ) e
    ) p
    where seq = ${after + 1} or bytes is null or bytes <= ${PAGE_BYTES}
    order by seq`
}

/** The events of these runs of seqs (seqRuns.ts), which are few, ascending. */
export async function readRuns(sql: Sql, jobId: string, runs: readonly number[]): Promise<EventContent[]> {
  const firsts = runs.filter((_, at) => at % 2 === 0)
  const lasts = runs.filter((_, at) => at % 2 === 1)
  // Without a limit PostgreSQL takes each run for a part of the job, and may read all of it.
  const most = lasts.reduce((sum, last, at) => sum + last - (firsts[at] ?? 0) + 1, 0)
  return sql<EventContent[]>`
    select e.seq, e.type, date_part('epoch', e.recorded_at) * 1000 as at, e.payload
    from unnest(${firsts}::bigint[], ${lasts}::bigint[]) as r (first, last)
    cross join lateral (
      select * from job_events where job_id = ${jobId} and seq between r.first and r.last order by seq limit ${most}
    ) e
    order by e.seq`
}
