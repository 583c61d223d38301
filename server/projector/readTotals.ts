import type { Sql } from 'postgres'
import { type JobTotals, noTotals } from '#domain/job/totals.ts'
import { takeEvents } from '#server/projector/takeEvents.ts'

type Row = { id: string; head: number; totals: string | null }

/** Totals as of each job's head, by job id: the projection, and the tail that it has not seen yet. */
export async function readTotals(
  sql: Sql,
  jobs: readonly { orgId: string; jobId: string }[],
): Promise<Map<string, JobTotals>> {
  if (jobs.length === 0) return new Map()
  const rows = await sql<Row[]>`
    select j.id, h.seq as head, t.totals
    from unnest(${jobs.map((job) => job.orgId)}::uuid[], ${jobs.map((job) => job.jobId)}::uuid[]) as w (org_id, job_id)
    join jobs j on j.id = w.job_id and j.org_id = w.org_id
    cross join lateral (select seq from job_events where job_id = j.id order by seq desc limit 1) h
    left join job_projections t on t.job_id = j.id`
  const found = await Promise.all(
    rows.map(async ({ id, head, totals: projected }) => {
      const totals: JobTotals = projected === null ? noTotals() : JSON.parse(projected)
      await takeEvents(sql, { jobId: id, totals, end: head })
      return [id, totals] as const
    }),
  )
  return new Map(found)
}
