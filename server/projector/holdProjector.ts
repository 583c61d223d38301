import type { Sql } from 'postgres'

/**
 * Makes this process the one that projects, or keeps it so, for three seconds. Two that believe it for a moment do no
 * harm: each job's projected_seq decides whose totals count.
 *
 * @param holder a UUID of this process's own
 * @returns false while another process holds it
 */
export async function holdProjector(sql: Sql, holder: string): Promise<boolean> {
  const rows = await sql`
    update projector set holder = ${holder}, held_until = clock_timestamp() + interval '3 seconds'
    where holder = ${holder} or held_until is null or held_until < clock_timestamp()
    returning 1`
  return rows.length === 1
}

/** Lets the next process in at once. */
export async function releaseProjector(sql: Sql, holder: string): Promise<void> {
  await sql`update projector set holder = null, held_until = null where holder = ${holder}`
}
