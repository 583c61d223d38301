import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type DatabaseOptions, openDatabase } from '#db/client.ts'
import { trimPool } from '#db/trimPool.ts'
import { createTestDatabase, type TestDatabase } from '#testing/database.ts'
import { waitFor } from '#testing/waitFor.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database[Symbol.asyncDispose]())

function open(options: Omit<DatabaseOptions, 'url'>) {
  const sql = openDatabase({ url: database.url, ...options })
  onTestFinished(() => sql.end())
  return sql
}

/** Counts the places in the longest list that is searched while this runs. */
async function longestSearched(run: () => Promise<unknown>): Promise<number> {
  const { indexOf } = Array.prototype
  let longest = 0
  Array.prototype.indexOf = function (this: unknown[], ...sought) {
    longest = Math.max(longest, this.length)
    return indexOf.apply(this, sought)
  }
  try {
    await run()
  } finally {
    Array.prototype.indexOf = indexOf
  }
  return longest
}

test('the driver forgets statements that are over although one connection is always idle', async () => {
  const sql = open({ max: 3, trimMs: 50 })
  await Promise.all([sql`select 1`, sql`select 2`, sql`select 3`])
  for (let i = 0; i < 500; i++) await sql`select 1`
  await waitFor(async () => (await longestSearched(async () => sql`select 1`)) < 50)
})

test('transactions and statements go on undisturbed, over no more connections than there may be', async () => {
  const sql = open({ max: 4, trimMs: 1 })
  const pids = new Set<number>()
  const work = async (turn: number) => {
    if (turn % 3 === 0) return expect(await sql`select ${turn}::int as turn`).toEqual([{ turn }])
    await sql.begin(async (own) => {
      const look = () => own<{ pid: number; tx: string }[]>`select pg_backend_pid() as pid, txid_current() as tx`
      const [first] = await look()
      await own`select pg_sleep(0.002)`
      expect(await look()).toEqual([first])
      if (first) pids.add(first.pid)
    })
  }
  let next = 0
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (next < 600) await work(next++)
    }),
  )
  expect(pids.size).toBeLessThanOrEqual(4)
})

test('a pool at rest stays as small as it is', async () => {
  const sql = open({ max: 10 })
  await sql`select 1`
  for (let i = 0; i < 20; i++) await trimPool(sql, 1)
  const [row] = await sql`
    select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = 'waybill'`
  expect(row?.count).toBe(1)
})
