import type { Sql } from 'postgres'
import type { JobState } from '#domain/job/shape.ts'
import { type EventRow, eventColumns, storedEvent } from '#server/journal/eventRow.ts'
import type { EventQuery, StoredPage } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

/** Bytes of envelopes in one page: 1,000 events of 256 KiB would be a page of 250 MB. */
const PAGE_BYTES = 4 * 1024 * 1024

/** `found` counts what the limit let through, before the cut by bytes. */
type Row = EventRow & { state: JobState; head: number; found: number }

/**
 * Events of a job by seq, oldest first: up to `limit`, fewer if they are large. One statement, so that page, head and
 * state are of one moment.
 *
 * @returns `next`: the last seq scanned; a filter may leave the page empty and still move on
 * @throws WaybillError NOT_FOUND
 */
export async function readEvents(sql: Sql, query: EventQuery): Promise<StoredPage> {
  const { orgId, jobId, after = 0, before = Number.MAX_SAFE_INTEGER, limit } = query
  const types = query.types ?? null
  const stepId = query.stepId ?? null
  const rows = await sql<Row[]>`
    select j.state, h.seq as head, e.found, ${sql.unsafe(eventColumns)}
    from jobs j
    cross join lateral (select seq from job_events where job_id = j.id order by seq desc limit 1) h
    left join lateral (
      select p.* from (
        select e.*, sum(octet_length(e.payload)) over (order by e.seq) as bytes, count(*) over () as found
        from job_events e
        where e.job_id = j.id and e.seq > ${after} and e.seq < ${before}
          and (${types}::text[] is null or e.type = any(${types}::text[]))
          and (${stepId}::text is null or e.shape::jsonb ->> 'stepId' = ${stepId})
        order by e.seq limit ${limit}
      ) p
      where p.bytes <= ${PAGE_BYTES} or p.bytes = octet_length(p.payload) or p.bytes is null
    ) e on true
    where j.id = ${jobId} and j.org_id = ${orgId}
    order by e.seq`
  const [first] = rows
  if (!first) throw noSuchJob(jobId)
  const events = rows.filter((row) => row.seq !== null).map(storedEvent)
  const { head, state, found } = first
  const last = events.at(-1)?.seq
  // Fewer than asked for, and none cut off: everything up to the end has been looked at.
  const isScanned = last === undefined || (events.length < limit && events.length === found)
  const end = Math.max(after, Math.min(head, before - 1))
  return { events, next: isScanned ? end : last, head, state }
}
