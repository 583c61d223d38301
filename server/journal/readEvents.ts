import type { Sql } from 'postgres'
import type { JobState } from '#domain/job/shape.ts'
import { type EventFields, eventFields, storedEvents } from '#server/journal/eventRow.ts'
import type { EventQuery, StoredPage } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

/** Bytes of payloads after which a page ends: 1,000 events of 256 KiB would be a page of 250 MB. */
const PAGE_BYTES = 4 * 1024 * 1024
/** Seqs that a filter looks through in one page: a rare type in a job of millions is found in several short queries. */
const FILTER_SCAN = 50_000

/** What is the same for the whole page stands in its first row: a value more in each costs a twentieth of reading it. */
type Row = EventFields & { job_id: string; state: JobState; head: number; is_full: true | null }

/**
 * Events of a job by seq, oldest first: up to `limit`, fewer if they are large or a filter finds few. One statement, so
 * that page, head and state are of one moment.
 *
 * @returns `next`: the last seq scanned; a filter may leave the page empty and still move on. The end is where `next` has
 *   reached `head` (or `before` - 1), not where a page is short.
 * @throws WaybillError NOT_FOUND
 */
export async function readEvents(sql: Sql, query: EventQuery): Promise<StoredPage> {
  const { orgId, jobId, after = 0, before = Number.MAX_SAFE_INTEGER, limit } = query
  const types = query.types ?? null
  const stepId = query.stepId ?? null
  const isFiltered = types !== null || stepId !== null
  const end = isFiltered ? Math.min(before, after + FILTER_SCAN + 1) : before
  const rows = await sql<Row[]>`
    select
      case when e.nth > 1 then null else j.id end as job_id,
      case when e.nth > 1 then null else j.state end as state,
      case when e.nth > 1 then null else h.seq end as head,
      case when e.bytes >= ${PAGE_BYTES} then true end as is_full,
      ${sql.unsafe(eventFields)}
    from jobs j
    cross join lateral (select seq from job_events where job_id = ${jobId} order by seq desc limit 1) h
    left join lateral (
      select l.* from (
        select e.*, row_number() over so_far as nth, sum(octet_length(coalesce(e.payload, ''))) over so_far as bytes
        from job_events e
        where e.job_id = ${jobId} and e.seq > ${after} and e.seq < ${end}
          and (${types}::text[] is null or e.type = any(${types}::text[]))
          and (${stepId}::text is null or e.shape::jsonb ->> 'stepId' = ${stepId})
        window so_far as (order by e.seq rows unbounded preceding)
        order by e.seq limit ${limit}
      ) l
      where l.bytes - octet_length(coalesce(l.payload, '')) < ${PAGE_BYTES}
    ) e on true
    where j.id = ${jobId} and j.org_id = ${orgId}
    order by e.seq`
  const [first] = rows
  if (!first) throw noSuchJob(jobId)
  const { head, state } = first
  const events = first.seq === null ? [] : storedEvents(rows, first.job_id)
  const isFull = rows.at(-1)?.is_full === true
  // The driver's array outlives the next collections of young garbage, each of which copies what it still holds: a page
  // then costs half as much again.
  rows.length = 0
  const last = events.at(-1)?.seq
  // Fewer than asked for, and none cut off: everything up to the end has been looked at.
  const isScanned = last === undefined || (events.length < limit && !isFull)
  return { events, next: isScanned ? Math.max(after, Math.min(head, end - 1)) : last, head, state }
}
