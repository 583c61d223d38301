import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import type { JobSummary } from '#domain/job/served.ts'
import { escapeLike } from '#server/journal/escapeLike.ts'
import { type JobRow, jobColumns, jobSummary } from '#server/journal/jobRow.ts'
import type { JobQuery } from '#server/journal/journal.ts'

/**
 * Jobs of an organisation, newest first by (createdAt, id).
 *
 * @throws WaybillError INVALID_INPUT for a cursor that no page gave
 */
export async function listJobs(
  sql: Sql,
  query: JobQuery,
): Promise<{ jobs: Omit<JobSummary, 'totals'>[]; next: string | null }> {
  const after = query.cursor === undefined ? null : parseCursor(query.cursor)
  const pattern = query.text === undefined || query.text === '' ? null : `%${escapeLike(query.text)}%`
  const rows = await sql<JobRow[]>`
    select ${sql.unsafe(jobColumns)}
    from jobs j
    cross join lateral (select seq, recorded_at from job_events where job_id = j.id order by seq desc limit 1) h
    where j.org_id = ${query.orgId}
      and (${query.state ?? null}::text is null or j.state = ${query.state ?? null})
      and (${query.action ?? null}::text is null or j.action = ${query.action ?? null})
      and (${query.userId ?? null}::text is null or j.user_id = ${query.userId ?? null})
      and (${pattern}::text is null or j.title ilike ${pattern} or j.action ilike ${pattern}
        or j.request_id ilike ${pattern} or j.id::text ilike ${pattern})
      and (${after?.createdAt ?? null}::timestamptz is null
        or (j.created_at, j.id) < (${after?.createdAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by j.created_at desc, j.id desc
    limit ${query.limit + 1}`
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return {
    jobs: page.map(jobSummary),
    next: rows.length > query.limit && last ? cursorOf(last) : null,
  }
}

const cursorPattern = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function cursorOf(job: JobRow): string {
  return `${job.created_at.getTime()}_${job.id}`
}

function parseCursor(cursor: string): { createdAt: Date; id: string } {
  const [, milliseconds, id] = cursorPattern.exec(cursor) ?? []
  const createdAt = new Date(Number(milliseconds))
  // Beyond it, dates are written in a way that PostgreSQL does not read.
  if (id === undefined || Number.isNaN(createdAt.getTime()) || createdAt.getUTCFullYear() > 9999) {
    throw new WaybillError('INVALID_INPUT', 'The cursor is none that a page of jobs gave.', {
      details: { path: '/cursor' },
    })
  }
  return { createdAt, id }
}
