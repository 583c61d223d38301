import type { Sql } from 'postgres'
import type { JobState } from '#domain/job/shape.ts'
import type { Head, JobAddress } from '#server/journal/journal.ts'

/** Heads and states of many jobs in one query, by job id. Unknown and foreign jobs are absent. */
export async function readHeads(sql: Sql, jobs: readonly JobAddress[]): Promise<Map<string, Head>> {
  if (jobs.length === 0) return new Map()
  const rows = await sql<{ id: string; state: JobState; head: number }[]>`
    select j.id, j.state, h.seq as head
    from unnest(${jobs.map((job) => job.orgId)}::uuid[], ${jobs.map((job) => job.jobId)}::uuid[]) as w (org_id, job_id)
    join jobs j on j.id = w.job_id and j.org_id = w.org_id
    cross join lateral (select e.seq from job_events e where e.job_id = j.id order by e.seq desc limit 1) h`
  return new Map(rows.map((row) => [row.id, { head: row.head, state: row.state }]))
}
