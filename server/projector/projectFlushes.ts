import type { Sql } from 'postgres'
import { holdProjector } from '#server/projector/holdProjector.ts'
import { type JobBehind, projectJob } from '#server/projector/projectJob.ts'

/** Jobs looked at in one round. */
const JOBS_PER_ROUND = 200

type Round = { holder: string /** asked between jobs */; stopped(): boolean }

/**
 * Takes committed flushes into the projections of their jobs, if this process is the one that projects.
 *
 * A job's events become visible in the order of their seqs (its row lock sees to that), so each job's own projected_seq
 * is the truth; next_xid only spares looking at old flushes again. Two processes that project the same job at once do no
 * harm: the later write asks for the projected_seq it started from.
 *
 * @returns 'more' if there was so much that some was left
 */
export async function projectFlushes(sql: Sql, { holder, stopped }: Round): Promise<'more' | 'done'> {
  // Before the look at the flushes: those of all older transactions are visible to it.
  const [position] = await sql<{ xmin: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
  const behind = await sql<JobBehind[]>`
    select f.job_id, f.org_id, p.projected_seq, p.totals, p.lines, p.outline, p.counts
    from (
      select job_id, org_id, max(last_seq) as last_seq from flushes
      where xid >= (select next_xid from projector) group by job_id, org_id
    ) f
    left join job_projections p on p.job_id = f.job_id
    where p.projected_seq is null or p.projected_seq < f.last_seq
    limit ${JOBS_PER_ROUND}`
  // Nothing is written while nothing happens.
  if (behind.length === 0 || !(await holdProjector(sql, holder))) return 'done'
  let isComplete = behind.length < JOBS_PER_ROUND
  for (const job of behind) {
    if (stopped()) return 'done'
    const { hasMore } = await projectJob(sql, job)
    if (hasMore) isComplete = false
  }
  if (!isComplete) return 'more'
  if (position) {
    await sql`
      update projector set next_xid = ${position.xmin}::text::xid8 where next_xid < ${position.xmin}::text::xid8`
  }
  return 'done'
}
