import type { Sql } from 'postgres'
import { type JobTotals, noTotals } from '#domain/job/totals.ts'
import { takeEvents } from '#server/projector/takeEvents.ts'

/** Events of one job taken in before others get their turn. */
const EVENTS_PER_TURN = 20_000
/** Jobs looked at in one round. */
const JOBS_PER_ROUND = 200

type Behind = { job_id: string; org_id: string; last_seq: number; projected_seq: number | null; totals: string | null }

/**
 * Takes committed flushes into the totals of their jobs.
 *
 * A job's events become visible in the order of their seqs (its row lock sees to that), so each job's own projected_seq
 * is the truth; next_xid only spares looking at old flushes again. Two processes that project the same job at once do no
 * harm: the later write asks for the projected_seq it started from.
 *
 * @returns 'more' if there was so much that some was left
 */
export async function projectFlushes(sql: Sql): Promise<'more' | 'done'> {
  const [position] = await sql<{ xmin: string }[]>`select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`
  const behind = await sql<Behind[]>`
    select f.job_id, f.org_id, f.last_seq, t.projected_seq, t.totals
    from (
      select job_id, org_id, max(last_seq) as last_seq from flushes
      where xid >= (select next_xid from projector) group by job_id, org_id
    ) f
    left join job_totals t on t.job_id = f.job_id
    where t.projected_seq is null or t.projected_seq < f.last_seq
    limit ${JOBS_PER_ROUND}`
  let isComplete = behind.length < JOBS_PER_ROUND
  for (const job of behind) {
    const totals: JobTotals = job.totals === null ? noTotals() : JSON.parse(job.totals)
    const seq = await takeEvents(sql, { jobId: job.job_id, totals, maxEvents: EVENTS_PER_TURN })
    if (seq < job.last_seq) isComplete = false
    await sql`
      insert into job_totals as t (job_id, org_id, projected_seq, totals)
      values (${job.job_id}, ${job.org_id}, ${seq}, ${JSON.stringify(totals)})
      on conflict (job_id) do update set projected_seq = excluded.projected_seq, totals = excluded.totals
      where t.projected_seq = ${job.projected_seq ?? -1}`
  }
  if (!isComplete) return 'more'
  // Only after work: this update has a transaction of its own, so it would find itself to do for ever.
  if (position && behind.length > 0)
    await sql`update projector set next_xid = ${position.xmin}::text::xid8 where next_xid < ${position.xmin}::text::xid8`
  return 'done'
}
