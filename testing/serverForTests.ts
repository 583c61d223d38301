import { afterAll, beforeAll } from 'vitest'
import { createTestDatabase } from '#testing/database.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startWaybill } from '#testing/waybill.ts'

/** A server for all tests of a file, on a database of its own. @returns how to call it, filled in before the first test */
export function serverForTests(): { url: string; key: string } {
  const opened = new AsyncDisposableStack()
  const caller = { url: '', key: '' }
  beforeAll(async () => {
    const database = opened.use(await createTestDatabase())
    const server = opened.use(await startWaybill({ databaseUrl: database.url, valkeyUrl: testValkeyUrl() }))
    Object.assign(caller, { url: server.url, key: server.key })
  }, 180_000)
  afterAll(() => opened.disposeAsync())
  return caller
}
