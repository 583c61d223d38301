import type { Sql } from 'postgres'
import { type JobTotals, noTotals } from '#domain/job/totals.ts'
import { holdProjector } from '#server/projector/holdProjector.ts'
import { takeEvents } from '#server/projector/takeEvents.ts'

/** Events of one job taken in before others get their turn. */
const EVENTS_PER_TURN = 20_000
/** Jobs looked at in one round. */
const JOBS_PER_ROUND = 200

type Behind = { job_id: string; org_id: string; projected_seq: number | null; totals: string | null }

/**
 * Takes committed flushes into the totals of their jobs, if this process is the one that projects.
 *
 * A job's events become visible in the order of their seqs (its row lock sees to that), so each job's own projected_seq
 * is the truth; next_xid only spares looking at old flushes again. Two processes that project the same job at once do no
 * harm: the later write asks for the projected_seq it started from.
 *
 * @param stopped asked between jobs
 * @returns 'more' if there was so much that some was left
 */
export async function projectFlushes(
  sql: Sql,
  { holder, stopped }: { holder: string; stopped(): boolean },
): Promise<'more' | 'done'> {
  // Before the look at the flushes: those of all older transactions are visible to it.
  const [position] = await sql<{ xmin: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
  const behind = await sql<Behind[]>`
    select f.job_id, f.org_id, t.projected_seq, t.totals
    from (
      select job_id, org_id, max(last_seq) as last_seq from flushes
      where xid >= (select next_xid from projector) group by job_id, org_id
    ) f
    left join job_totals t on t.job_id = f.job_id
    where t.projected_seq is null or t.projected_seq < f.last_seq
    limit ${JOBS_PER_ROUND}`
  // Nothing is written while nothing happens.
  if (behind.length === 0 || !(await holdProjector(sql, holder))) return 'done'
  let isComplete = behind.length < JOBS_PER_ROUND
  for (const job of behind) {
    if (stopped()) return 'done'
    const isWhole = await projectJob(sql, job)
    isComplete &&= isWhole
  }
  if (!isComplete) return 'more'
  if (position) {
    await sql`
      update projector set next_xid = ${position.xmin}::text::xid8 where next_xid < ${position.xmin}::text::xid8`
  }
  return 'done'
}

/** @returns false if the job had more events than one turn takes */
async function projectJob(sql: Sql, job: Behind): Promise<boolean> {
  const totals: JobTotals = job.totals === null ? noTotals() : JSON.parse(job.totals)
  const start = totals.events
  const seq = await takeEvents(sql, { jobId: job.job_id, totals, maxEvents: EVENTS_PER_TURN })
  await sql`
    insert into job_totals as t (job_id, org_id, projected_seq, totals)
    values (${job.job_id}, ${job.org_id}, ${seq}, ${JSON.stringify(totals)})
    on conflict (job_id) do update set projected_seq = excluded.projected_seq, totals = excluded.totals
    where t.projected_seq = ${job.projected_seq ?? -1}`
  return seq - start < EVENTS_PER_TURN
}
