import type { Sql } from 'postgres'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { readEpoch } from '#db/describeDatabase.ts'
import { migrate } from '#db/migrate.ts'
import { createDatabase, createTestDatabase } from '#testing/database.ts'
import { startPostgres } from '#testing/postgres.ts'

async function epochOf(url: string): Promise<string> {
  const sql = openDatabase({ url, max: 1 })
  try {
    return await readEpoch(sql)
  } finally {
    await sql.end()
  }
}

async function asOwner(url: string, run: (sql: Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await run(sql)
  } finally {
    await sql.end()
  }
}

test('is the same for everybody who asks, and one when many ask at once for a new one', async () => {
  await using database = await createTestDatabase()
  const epochs = await Promise.all(Array.from({ length: 8 }, () => epochOf(database.url)))
  expect(new Set(epochs).size).toBe(1)
  expect(epochs[0]).toMatch(/^[0-9a-f]{12}$/)
})

test('is another one in a copy of the database, and after its tables were restored from a dump', async () => {
  await using database = await createTestDatabase()
  const first = await epochOf(database.url)
  await using copy = await createDatabase(database.url, new URL(database.url).pathname.slice(1))
  expect(await epochOf(copy.url)).not.toBe(first)
  // What pg_restore does: other tables, filled with the old rows. Transactions of another server count from the start.
  await asOwner(database.url, (sql) =>
    sql.unsafe(`
      create table waybill.other (like waybill.instance including all);
      insert into waybill.other select * from waybill.instance;
      drop table waybill.instance;
      alter table waybill.other rename to instance;
      update waybill.projector set next_xid = '999999999999'`),
  )
  const second = await epochOf(database.url)
  expect(second).not.toBe(first)
  expect(await epochOf(database.url)).toBe(second)
  await asOwner(database.url, async (sql) => {
    const [row] = await sql`select next_xid::text from waybill.projector`
    expect(row).toEqual({ next_xid: '0' })
  })
})

test('is another one after every start of the server, which may have been set back, and no other in between', async () => {
  await using server = await startPostgres()
  await migrate({ url: server.url })
  const epochs = [await epochOf(server.url)]
  for (const end of [() => server.kill9(), () => server.stop()]) {
    await end()
    await server.restart()
    epochs.push(await epochOf(server.url))
    expect(await epochOf(server.url)).toBe(epochs.at(-1))
  }
  expect(new Set(epochs).size).toBe(3)
})

test('cannot be set by the role that the server works as', async () => {
  await using database = await createTestDatabase()
  const sql = openDatabase({ url: database.url, max: 1 })
  await expect(sql`update instance set life = 'mine'`).rejects.toMatchObject({ code: '42501' })
  await sql.end()
})
