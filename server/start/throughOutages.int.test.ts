import { beforeAll, expect, it } from 'vitest'
import { buildPages } from '#server/start/buildPages.ts'
import { projectRoot } from '#server/start/projectRoot.ts'
import { createTestDatabase } from '#testing/database.ts'
import { openFaultProxy } from '#testing/faultProxy.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'
import { startWaybill } from '#testing/waybill.ts'

beforeAll(() => buildPages(projectRoot, () => {}), 240_000)

it.each([
  ['the schema', 'waybill.make_partitions', /✓ schema[\s\S]*Sign in, once/],
  ['the key', 'insert into orgs', /✓ schema[\s\S]*Sign in, once/],
  ['the link', 'insert into login_links', /is ready at[\s\S]*with an API key; there is no link/],
])('starts although PostgreSQL is lost while it asks for %s', async (_, statement, said) => {
  await using database = await createTestDatabase()
  const url = new URL(database.url)
  await using proxy = await openFaultProxy(Number(url.port))
  url.port = String(proxy.port)
  let losses = 0
  const stop = proxy.intercept('toServer', statement, ({ chunk, cut, offset }) => {
    stop()
    losses++
    cut()
    return chunk.subarray(0, offset)
  })
  await using server = await startWaybill({ databaseUrl: url.href, valkeyUrl: testValkeyUrl() })
  expect(losses).toBe(1)
  // its last lines come after the first answer
  await waitFor(() => said.test(server.stdout()))
  expect(server.key).toBeDefined()
})
