import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectForCommands, parseValkeyUrl, type ValkeyClient } from '#server/live/valkeyClient.ts'
import { isWhole, JobWindow } from '#server/live/window.ts'
import type { WindowEntry } from '#server/live/windowEntry.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

const epoch = `window-${randomUUID()}`
/** Small, so that random operations reach every edge of it. */
const length = 8
/** Two connections stand for two processes. */
let clients: ValkeyClient[]
let windows: JobWindow[]

beforeAll(async () => {
  const address = parseValkeyUrl(testValkeyUrl())
  clients = [connectForCommands(address), connectForCommands(address)]
  windows = clients.map((client) => new JobWindow({ client, epoch, publish: 'PUBLISH', length }))
  for (const client of clients) await waitFor(() => client.status === 'ready')
})
afterAll(() => {
  for (const client of clients) client.disconnect()
})

const one = () => {
  const [window] = windows
  const [client] = clients
  if (!window || !client) throw new Error('not connected')
  return { window, client: client as Redis, jobId: randomUUID() }
}
const entriesOf = (first: number, last: number): WindowEntry[] =>
  Array.from({ length: last - first + 1 }, (_, i) => ({
    seq: first + i,
    type: 'step.output',
    field: 'json',
    value: `{"seq":${first + i}}`,
  }))
const write = (jobId: string, first: number, last: number, final = false) => ({
  jobId,
  entries: entriesOf(first, last),
  final,
})
const content = (client: Redis, jobId: string) => client.xrange(windowKeys(epoch, jobId).window, '-', '+')
const seqs = async (client: Redis, jobId: string) =>
  (await content(client, jobId)).map(([id]) => Number(id.split('-')[0]))

test('starts at 1, grows at its end, and tells what was added', async () => {
  const { window, client, jobId } = one()
  expect(await window.append(write(jobId, 1, 2))).toEqual({ what: 'added', end: 2 })
  expect(await window.append(write(jobId, 3, 3))).toEqual({ what: 'added', end: 3 })
  expect(await window.append(write(jobId, 2, 5))).toEqual({ what: 'added', end: 5 })
  expect(await window.append(write(jobId, 4, 5))).toEqual({ what: 'there', end: 5 })
  expect(await seqs(client, jobId)).toEqual([1, 2, 3, 4, 5])
})

test('refuses a hole and names its end', async () => {
  const { window, client, jobId } = one()
  expect(await window.append(write(jobId, 2, 3))).toEqual({ what: 'hole', end: 0 })
  await window.append(write(jobId, 1, 3))
  expect(await window.append(write(jobId, 5, 6))).toEqual({ what: 'hole', end: 3 })
  expect(await seqs(client, jobId)).toEqual([1, 2, 3])
})

test('is replaced whole by as many events as it holds, wherever it ended', async () => {
  const { window, client, jobId } = one()
  await window.append(write(jobId, 1, 3))
  expect(await window.append(write(jobId, 20, 30))).toEqual({ what: 'added', end: 30 })
  expect(await seqs(client, jobId)).toEqual([23, 24, 25, 26, 27, 28, 29, 30])
})

test('is reset to older events only if it is broken', async () => {
  const { window, client, jobId } = one()
  await window.append(write(jobId, 1, 12))
  expect(await window.reset(write(jobId, 3, 10))).toEqual({ what: 'there', end: 12 })
  await client.xdel(windowKeys(epoch, jobId).window, '8-0')
  expect(await window.reset(write(jobId, 3, 10))).toEqual({ what: 'added', end: 10 })
  expect(await seqs(client, jobId)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
})

test('takes events again after all its entries were deleted by hand', async () => {
  const { window, client, jobId } = one()
  await window.append(write(jobId, 1, 5))
  await client.xtrim(windowKeys(epoch, jobId).window, 'MAXLEN', 0)
  expect(await window.append(write(jobId, 6, 7))).toEqual({ what: 'hole', end: 0 })
  expect(await window.reset(write(jobId, 1, 7))).toEqual({ what: 'added', end: 7 })
  expect(await seqs(client, jobId)).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('expires an hour after the last write, ten minutes once the job is over', async () => {
  const { window, client, jobId } = one()
  const expiry = () => client.ttl(windowKeys(epoch, jobId).window)
  await window.append(write(jobId, 1, 1))
  expect(await expiry()).toBe(3600)
  await client.expire(windowKeys(epoch, jobId).window, 5)
  await window.append(write(jobId, 2, 2))
  expect(await expiry()).toBe(3600)
  await window.append(write(jobId, 3, 3, true))
  expect(await expiry()).toBe(600)
})

test('says what it holds, and whether that is all it should', async () => {
  const { window, client, jobId } = one()
  expect(await window.look(jobId)).toEqual({ first: 0, last: 0, length: 0 })
  expect(isWhole(await window.look(jobId), 0, length)).toBe(false)
  await window.append(write(jobId, 1, 20))
  const view = await window.look(jobId)
  expect(view).toEqual({ first: 13, last: 20, length })
  expect([isWhole(view, 20, length), isWhole(view, 21, length)]).toEqual([true, false])
  await client.xdel(windowKeys(epoch, jobId).window, '13-0')
  expect(isWhole(await window.look(jobId), 20, length)).toBe(false)
})

test('reads what follows a seq, and nothing when the next one is not there', async () => {
  const { window, jobId } = one()
  await window.append(write(jobId, 1, 12))
  expect((await window.read(jobId, 4, 3)).map(({ seq }) => seq)).toEqual([5, 6, 7])
  expect(await window.read(jobId, 3, 100)).toEqual([])
  expect(await window.read(jobId, 12, 100)).toEqual([])
  const [event] = await window.read(jobId, 11, 100)
  expect(event).toEqual({ seq: 12, type: 'step.output', json: '{"seq":12}' })
})

test('keeps writing after Valkey forgot the scripts', async () => {
  const { window, client, jobId } = one()
  await window.append(write(jobId, 1, 1))
  await client.script('FLUSH')
  expect(await window.append(write(jobId, 2, 2))).toEqual({ what: 'added', end: 2 })
})

test('is a contiguous run of the journal, whatever two processes publish, late, twice or in any order, and is lost in between', async () => {
  const stretch = fc.record({ first: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: 1, max: 12 }) })
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('append' as const), process: fc.nat(1), at: stretch }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('reset' as const), process: fc.nat(1), at: stretch }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('del' as const, 'empty' as const) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
      const { client, jobId } = one()
      const key = windowKeys(epoch, jobId).window
      for (const round of rounds) {
        await Promise.all(
          round.map(async (step) => {
            if (!('at' in step)) return step.do === 'del' ? client.del(key) : client.xtrim(key, 'MAXLEN', 0)
            const { first, count } = step.at
            return windows[step.process]?.[step.do](write(jobId, first, first + count - 1))
          }),
        )
        const held = await content(client, jobId)
        const [start] = await seqs(client, jobId)
        expect(held.length).toBeLessThanOrEqual(length)
        expect(held.map(([id, fields]) => [id, fields[3]])).toEqual(
          entriesOf(start ?? 1, (start ?? 1) + held.length - 1).map(({ seq, value }) => [`${seq}-0`, value]),
        )
      }
      await client.del(key)
    }),
    { numRuns: 150 },
  )
})
