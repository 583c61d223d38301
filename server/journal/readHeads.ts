import type { Sql } from 'postgres'
import type { JobState } from '#domain/job/shape.ts'
import type { Head, JobAddress } from '#server/journal/journal.ts'

/** Whoever comes back later than this after a restore, with a cursor that the job has passed since, is not told any more. */
const REMEMBERED = '1 day'

/** Heads and states of many jobs in one query, by job id. Unknown and foreign jobs are absent. */
export async function readHeads(sql: Sql, jobs: readonly JobAddress[]): Promise<Map<string, Head>> {
  if (jobs.length === 0) return new Map()
  const rows = await sql<{ job_id: string; state: JobState; head: number; id: string; lost: number | null }[]>`
    select j.id as job_id, j.state, h.seq as head, h.id, l.last_seq as lost
    from unnest(${jobs.map((job) => job.orgId)}::uuid[], ${jobs.map((job) => job.jobId)}::uuid[]) as w (org_id, job_id)
    join jobs j on j.id = w.job_id and j.org_id = w.org_id
    cross join lateral (select e.seq, e.id from job_events e where e.job_id = j.id order by e.seq desc limit 1) h
    left join losses l on l.job_id = j.id and l.org_id = j.org_id and l.noticed_at > now() - ${REMEMBERED}::interval`
  return new Map(
    rows.map(({ job_id, head, state, id, lost }) => [job_id, { head, state, id, ...(lost !== null && { lost }) }]),
  )
}
