import { expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { createTestDatabase } from '#testing/database.ts'
import { openTcpProxy } from '#testing/tcpProxy.ts'

test('a pool whose connections swallow everything gives them up and serves again', async () => {
  await using database = await createTestDatabase()
  const url = new URL(database.url)
  await using proxy = await openTcpProxy(Number(url.port))
  url.port = String(proxy.port)
  const sql = openDatabase({ url: url.href, max: 3, silenceMs: 300 })
  try {
    await Promise.all([1, 2, 3, 4].map(() => sql`select pg_sleep(0.05)`))
    proxy.freeze()
    const lost = await Promise.allSettled([1, 2, 3, 4].map(() => sql`select 1`))
    expect(lost.map(({ status }) => status)).toEqual(lost.map(() => 'rejected'))
    proxy.thaw()
    await expect(Promise.all([1, 2, 3, 4].map(() => sql`select 1`))).resolves.toHaveLength(4)
  } finally {
    await sql.end({ timeout: 1 })
  }
})

test('a connection that was given up while nobody needed it is replaced unnoticed', async () => {
  await using database = await createTestDatabase()
  const sql = openDatabase({ url: database.url, max: 1, silenceMs: 100 })
  try {
    const pid = async () => (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid
    const first = await pid()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await pid()).not.toBe(first)
  } finally {
    await sql.end()
  }
})
