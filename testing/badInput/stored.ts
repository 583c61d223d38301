import type { Sql } from 'postgres'

/** How many rows there are of all that a request can store, but for one job's and its session's. */
export async function countStored(sql: Sql, besides: { jobId: string }): Promise<Record<string, number>> {
  const { jobId } = besides
  const [row] = await sql<Record<string, number>[]>`
    select
      (select count(*)::int from orgs) as orgs,
      (select count(*)::int from api_keys) as api_keys,
      (select count(*)::int from sessions) as sessions,
      (select count(*)::int from login_links) as login_links,
      (select count(*)::int from jobs) as jobs,
      (select count(*)::int from job_events where job_id <> ${jobId}) as events,
      (select count(*)::int from flushes where job_id <> ${jobId}) as flushes,
      (select count(*)::int from steps where job_id <> ${jobId}) as steps,
      (select count(*)::int from gates where job_id <> ${jobId}) as gates`
  return { ...row }
}
