import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { testServices } from '#testing/services.ts'

export const testDatabasePrefix = 'waybill_test_'

export type TestDatabase = AsyncDisposable & { url: string }

/** A database of its own with the whole schema in it, cloned in some 50 ms; dropped at the end with whoever is in it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { postgresUrl, templateDatabase } = testServices()
  const name = `${testDatabasePrefix}${randomBytes(8).toString('hex')}`
  await asOwner(postgresUrl, (sql) => sql`create database ${sql(name)} template ${sql(templateDatabase)}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    // `force`: a connection that a test killed halfway may linger and must not keep the database.
    [Symbol.asyncDispose]: () => asOwner(postgresUrl, (sql) => sql`drop database ${sql(name)} with (force)`),
  }
}

async function asOwner(url: string, run: (sql: postgres.Sql) => PromiseLike<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await run(sql)
  } finally {
    await sql.end()
  }
}
