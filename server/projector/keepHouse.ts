import type { Sql } from 'postgres'

/** Flushes that every projection has taken in are forgotten; the journal's next months get their partitions. */
export async function keepHouse(sql: Sql): Promise<void> {
  await sql`delete from flushes where xid < (select next_xid from projector)`
  await sql`select make_partitions()`
}
