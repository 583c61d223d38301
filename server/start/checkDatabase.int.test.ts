import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { freePort } from '#server/embedded/freePort.ts'
import { checkDatabase, unsuitableBecause } from '#server/start/checkDatabase.ts'
import { createTestDatabase } from '#testing/database.ts'
import { startPoolingProxy } from '#testing/poolingProxy.ts'
import { startPostgres } from '#testing/postgres.ts'
import { testServices } from '#testing/services.ts'

const quiet = () => {}
const suitable = {
  versionNumber: 180004,
  version: '18.4',
  synchronousCommit: 'on',
  inRecovery: false,
  pooled: false,
  keepsSettings: true,
}

function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url)
  change(other)
  return other.href
}

describe('checkDatabase', () => {
  it('passes a database that can hold a journal, and tells its version', async () => {
    await using database = await createTestDatabase()
    expect(await checkDatabase(database.url, quiet)).toMatch(/^\d+\.\d+/)
  })

  it('says so when nothing answers, with the address and never the password', async () => {
    const port = await freePort()
    const check = checkDatabase(`postgres://ada:hunter2@127.0.0.1:${port}/waybill`, quiet)
    await expect(check).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port} \\(ECONNREFUSED\\).*DATABASE_URL`)),
    })
    await expect(check).rejects.not.toThrow(/hunter2/)
  })

  it('tells a wrong password from a wrong database', async () => {
    await using database = await createTestDatabase()
    const password = checkDatabase(
      changed(database.url, (url) => (url.password = 'wrong')),
      quiet,
    )
    await expect(password).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('user and password'),
    })
    const name = checkDatabase(
      changed(database.url, (url) => (url.pathname = '/none')),
      quiet,
    )
    await expect(name).rejects.toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      message: expect.stringContaining('createdb'),
    })
  })

  it('gives up on what takes connections and is no PostgreSQL, whether it is silent or hangs up', async () => {
    const servers = [
      createServer(() => {}),
      createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))),
    ]
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
    const checks = servers.map((server) => {
      const { port } = server.address() as AddressInfo
      return checkDatabase(`postgres://ada:hunter2@127.0.0.1:${port}/waybill`, quiet)
    })
    for (const outcome of await Promise.allSettled(checks)) {
      expect(outcome).toMatchObject({
        reason: { code: 'DATABASE_UNREACHABLE', message: expect.stringMatching(/does not answer .*DATABASE_URL/) },
      })
    }
    for (const server of servers) server.close()
  })

  it('refuses a database whose acknowledged commits a crash would lose', async () => {
    await using database = await createTestDatabase()
    const sql = postgres(database.url, { max: 1 })
    await sql.unsafe(`alter database "${new URL(database.url).pathname.slice(1)}" set synchronous_commit = off`)
    await sql.end()
    await expect(checkDatabase(database.url, quiet)).rejects.toMatchObject({
      code: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining('synchronous_commit'),
    })
  })

  it('refuses a proxy that hands one session to several clients', async () => {
    // No passwords: the proxy lets its clients in itself.
    const hba = join(testServices().runDirectory, 'trust.conf')
    writeFileSync(hba, 'host all all 127.0.0.1/32 trust\n', { mode: 0o644 })
    await using server = await startPostgres({ hba_file: hba })
    await using proxy = await startPoolingProxy(server.url)
    await expect(checkDatabase(proxy.url, quiet)).rejects.toMatchObject({
      code: 'DATABASE_UNSUITABLE',
      message: expect.stringContaining('pools by transaction'),
    })
    expect(await checkDatabase(server.url, quiet)).toMatch(/^18/)
  })

  it.each([
    [{ versionNumber: 140012, version: '14.12' }, /14\.12.*15 or newer/],
    [{ inRecovery: true }, /standby/],
    [{ keepsSettings: false }, /settings/],
    [{ pooled: true }, /pools by transaction/],
    [{ synchronousCommit: 'off' }, /synchronous_commit/],
  ])('refuses a server with %o, saying what to do', (facts, reason) => {
    expect(unsuitableBecause({ ...suitable, ...facts })).toMatch(reason)
  })

  it.each(['on', 'local', 'remote_write', 'remote_apply'])('takes synchronous_commit = %s', (synchronousCommit) => {
    expect(unsuitableBecause({ ...suitable, synchronousCommit })).toBeNull()
  })
})
