import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { testServices } from '#testing/services.ts'

export const testDatabasePrefix = 'waybill_test_'

export type TestDatabase = AsyncDisposable & { url: string }

/** A database of its own with the whole schema in it, cloned in some 50 ms; dropped at the end with whoever is in it. */
export function createTestDatabase(): Promise<TestDatabase> {
  const { postgresUrl, templateDatabase } = testServices()
  return createDatabase(postgresUrl, templateDatabase)
}

/** A new database on the server of `ownerUrl`: empty, or a clone of another. */
export async function createDatabase(ownerUrl: string, template = 'template1'): Promise<TestDatabase> {
  const name = `${testDatabasePrefix}${randomBytes(8).toString('hex')}`
  await asOwner(ownerUrl, (sql) => sql`create database ${sql(name)} template ${sql(template)}`)
  const url = new URL(ownerUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    // `force`: a connection that a test killed halfway may linger and must not keep the database.
    [Symbol.asyncDispose]: () => asOwner(ownerUrl, (sql) => sql`drop database ${sql(name)} with (force)`),
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
