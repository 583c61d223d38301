import type { Sql } from 'postgres'
import type { JobFacets } from '#domain/job/served.ts'
import { escapeLike } from '#server/journal/escapeLike.ts'
import type { JobQuery } from '#server/journal/journal.ts'

/** So many of the newest jobs are counted; more would make every open list a scan of the table. */
export const mostCounted = 10_000
/** Values of a facet that are answered: those that most jobs have. */
const mostValues = 20

type FacetRow = { facet: 'state' | 'action' | 'user' | 'all'; name: string; count: number }

/**
 * How many jobs there are of each state, action and user. Each facet is counted under all filters but its own, so that
 * its other values say what choosing them would show.
 */
export async function countFacets(sql: Sql, query: Omit<JobQuery, 'cursor' | 'limit'>): Promise<JobFacets> {
  const { orgId, state = null, action = null, userId = null, text = '' } = query
  const pattern = text === '' ? null : `%${escapeLike(text)}%`
  const rows = await sql<FacetRow[]>`
    with found as materialized (
      select j.state, j.action, j.user_id
      from jobs j
      where j.org_id = ${orgId}
        and (${pattern}::text is null or j.title ilike ${pattern} or j.action ilike ${pattern}
          or j.request_id ilike ${pattern} or j.id::text ilike ${pattern})
      order by j.created_at desc, j.id desc
      limit ${mostCounted + 1}
    )
    (select 'all' as facet, '' as name, count(*)::int from found)
    union all
    (select 'state', state, count(*)::int from found
      where (${action}::text is null or action = ${action}) and (${userId}::text is null or user_id = ${userId})
      group by state)
    union all
    (select 'action', action, count(*)::int as n from found
      where (${state}::text is null or state = ${state}) and (${userId}::text is null or user_id = ${userId})
      group by action order by n desc, action limit ${mostValues})
    union all
    (select 'user', user_id, count(*)::int as n from found
      where (${state}::text is null or state = ${state}) and (${action}::text is null or action = ${action})
      group by user_id order by n desc, user_id limit ${mostValues})`
  const of = (facet: FacetRow['facet']) =>
    rows.filter((row) => row.facet === facet).map(({ name, count }) => ({ name, count }))
  return {
    states: of('state'),
    actions: of('action'),
    users: of('user'),
    isWhole: (of('all')[0]?.count ?? 0) <= mostCounted,
  }
}
