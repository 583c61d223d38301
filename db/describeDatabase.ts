import type { Sql } from 'postgres'

export type DatabaseFacts = { version: string; database: string; sizeBytes: number; migrations: number }

/** What an operator asks first. Also the cheapest proof that the database answers. */
export async function describeDatabase(sql: Sql): Promise<DatabaseFacts> {
  const [row] = await sql<{ version: string; name: string; bytes: number; migrations: number }[]>`
    select current_setting('server_version') as version, current_database() as name,
      pg_database_size(current_database()) as bytes, (select count(*) from migrations) as migrations`
  if (!row) throw new Error('a select without from returned no row')
  return { version: row.version, database: row.name, sizeBytes: row.bytes, migrations: row.migrations }
}

export async function pingDatabase(sql: Sql): Promise<void> {
  await sql`select 1`
}

/** Names this history in Valkey's keys; renewed whenever the database may have been set back (migration 0007). */
export async function readEpoch(sql: Sql): Promise<string> {
  const [row] = await sql<{ epoch: string }[]>`select current_epoch() as epoch`
  if (!row?.epoch) throw new Error('the table instance is empty')
  return row.epoch
}
