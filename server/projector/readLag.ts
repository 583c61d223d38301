import type { Sql } from 'postgres'

/** Jobs whose projections lack events, and how many events that are: what readers have to read themselves. */
export type ProjectorLag = { jobs: number; events: number }

/** Of all jobs of all organisations, whichever process projects them. */
export async function readLag(sql: Sql): Promise<ProjectorLag> {
  const [row] = await sql<ProjectorLag[]>`
    select count(*)::int as jobs, coalesce(sum(f.last_seq - coalesce(t.projected_seq, 0)), 0)::float8 as events
    from (
      select job_id, max(last_seq) as last_seq from flushes
      where xid >= (select next_xid from projector) group by job_id
    ) f
    left join job_projections t on t.job_id = f.job_id
    where t.projected_seq is null or t.projected_seq < f.last_seq`
  return row ?? { jobs: 0, events: 0 }
}
