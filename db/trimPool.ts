import type { Sql } from 'postgres'

/**
 * Empties the driver's list of idle connections for a moment. postgres.js 3.4 takes from its front without shortening it,
 * and begins a new one only when the last is taken: a pool of which one connection is always idle keeps a place for each
 * statement it ever ran, and searches all of them for each.
 *
 * By a statement for each connection, all at once. Not by `reserve`: with `fetch_types` off, one that has to connect first
 * never comes. Where a connection is busy, the driver may make another one, as it does for any statement.
 *
 * @param connections how many there are, idle or not
 */
export async function trimPool(sql: Sql, connections: number): Promise<void> {
  // Lost connections are nothing to trim.
  await Promise.allSettled(Array.from({ length: connections }, () => sql`select 1`))
}
