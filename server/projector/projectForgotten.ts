import type { Sql } from 'postgres'
import { holdProjector } from '#server/projector/holdProjector.ts'
import { type JobBehind, projectJob } from '#server/projector/projectJob.ts'

/** Jobs whose heads are compared at once: some milliseconds of the database's time. */
const JOBS_LOOKED_AT = 1000

/** Before the first job. */
export const firstJob = '00000000-0000-0000-0000-000000000000'

/**
 * Projects jobs that are behind although no flush says so: those recorded before the projection existed, and those whose
 * flushes a server of an older release has pruned. Walks through all jobs by id, once in the life of a process; a job
 * that takes more than one turn is looked at again.
 *
 * @param after the last job looked at
 * @returns the last job looked at now, or null: none is left
 */
export async function projectForgotten(
  sql: Sql,
  { holder, after, stopped }: { holder: string; after: string; stopped(): boolean },
): Promise<string | null> {
  const [window] = await sql<{ last: string | null; jobs: number }[]>`
    select max(id::text) as last, count(*)::int as jobs
    from (select id from jobs where id > ${after} order by id limit ${JOBS_LOOKED_AT}) w`
  if (!window?.last) return null
  const behind = await sql<JobBehind[]>`
    select j.id as job_id, j.org_id, p.projected_seq, p.totals, p.lines, p.outline, p.counts
    from jobs j
    cross join lateral (select seq from job_events where job_id = j.id order by seq desc limit 1) h
    left join job_projections p on p.job_id = j.id
    where j.id > ${after} and j.id <= ${window.last} and (p.projected_seq is null or p.projected_seq < h.seq)
    order by j.id limit 20`
  // Also for what is behind only because it was just recorded: whoever projects will come to it.
  if (behind.length > 0 && !(await holdProjector(sql, holder))) return after
  let last = after
  for (const job of behind) {
    if (stopped()) return last
    const { hasMore } = await projectJob(sql, job)
    if (hasMore) return last
    last = job.job_id
  }
  return behind.length < 20 ? window.last : last
}
