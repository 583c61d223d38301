import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { type EventRow, eventColumns, storedEvent } from '#server/journal/eventRow.ts'
import type { EventName, StoredEvent } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

/** One event of a job, by its seq or its id. @throws WaybillError NOT_FOUND */
export async function readEvent(sql: Sql, { orgId, jobId, event }: EventName): Promise<StoredEvent> {
  // `limit 1` keeps the planner from joining whole partitions: either name is one look into an index of its own.
  const named = typeof event === 'number' ? sql`seq = ${event}` : sql`id = ${event}`
  const [row] = await sql<(EventRow & { seq: number | null })[]>`
    select ${sql.unsafe(eventColumns)}
    from jobs j
    left join lateral (select * from job_events where job_id = ${jobId} and ${named} limit 1) e on true
    where j.id = ${jobId} and j.org_id = ${orgId}`
  if (!row) throw noSuchJob(jobId)
  if (row.seq === null) throw new WaybillError('NOT_FOUND', `The job ${jobId} has no event ${event}.`)
  return storedEvent(row)
}
