import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createTestDatabase } from '#testing/database.ts'
import { testServices } from '#testing/services.ts'

test('clones the migrated schema for several tests at once, each its own', async () => {
  const databases = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()])
  expect(new Set(databases.map(({ url }) => url)).size).toBe(3)
  for (const database of databases) {
    await using _dropped = database
    const sql = postgres(database.url, { max: 1 })
    const [row] = await sql`
      select count(*)::int as tables from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`
    await sql.end()
    expect(row?.tables).toBeGreaterThan(0)
  }
})

test('drops a database that still has a connection', async () => {
  const database = await createTestDatabase()
  const sql = postgres(database.url, { max: 1, onclose: () => {} })
  await sql`select 1`
  await database[Symbol.asyncDispose]()
  await sql.end({ timeout: 0 })
  const owner = postgres(testServices().postgresUrl, { max: 1 })
  const rows = await owner`select 1 from pg_database where datname = ${new URL(database.url).pathname.slice(1)}`
  await owner.end()
  expect(rows).toHaveLength(0)
})
