import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { createTestDatabase } from '#testing/database.ts'
import { type Caller, emit, eventsOf, headOf, makeJob, readFrames } from '#testing/httpDoor.ts'
import { collectEvents, openTrpc } from '#testing/trpcDoor.ts'
import { startValkey, type TestValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'
import { startWaybill } from '#testing/waybill.ts'

const opened = new AsyncDisposableStack()
let valkey: TestValkey
let inspector: Redis
let caller: Caller

beforeAll(async () => {
  const database = opened.use(await createTestDatabase())
  valkey = opened.use(await startValkey())
  // Looks at Valkey past the server.
  inspector = opened.adopt(new Redis(valkey.url, { retryStrategy: () => 50 }), (it) => it.disconnect())
  inspector.on('error', () => {})
  const server = opened.use(await startWaybill({ databaseUrl: database.url, valkeyUrl: valkey.url }))
  caller = { url: server.url, key: server.key ?? '' }
  await valkeyIs('up')
})

afterAll(() => opened.disposeAsync())

async function valkeyIs(state: 'up' | 'down'): Promise<void> {
  await waitFor(async () => (await openTrpc(caller).doctor.report.query()).valkey.state === state)
}

/** Records until told to stop, with several requests under way. */
function startLoad(jobId: string) {
  let stopped = false
  const emitters = Array.from({ length: 4 }, async (_, name) => {
    for (let round = 0; !stopped; round++) {
      const events = Array.from(
        { length: 5 },
        (_, i): Draft => ({
          type: 'step.output',
          payload: { stepId: 's', stream: 'stdout', text: `${name} ${round} ${i}\n` },
        }),
      )
      const { status, text } = await emit(caller, jobId, events)
      if (status !== 200) throw new Error(`${status} ${text}`)
      await sleep(5)
    }
  })
  return async () => {
    stopped = true
    await Promise.all(emitters)
  }
}

/** Everybody who reads along from the beginning to the end, each in a way of their own. */
function startFollowers(jobId: string): Promise<Event[]>[] {
  const path = `/runner-jobs/${jobId}/events/stream`
  const streams = Array.from({ length: 8 }, async () => {
    const frames = await readFrames(caller, path)
    return frames.filter(({ event }) => event?.includes('.')).map(({ data }): Event => JSON.parse(data ?? ''))
  })
  return [...streams, collectEvents(openTrpc(caller), jobId), collectEvents(openTrpc(caller), jobId)]
}

async function grows(jobId: string, by: number): Promise<void> {
  const head = await headOf(caller, jobId)
  await waitFor(async () => (await headOf(caller, jobId)) > head + by)
}

async function windowOf(jobId: string): Promise<{ key: string; entries: { id: string; event: Event }[] }> {
  const [key = ''] = await inspector.keys(`waybill:*{${jobId}}:window`)
  const entries = await inspector.xrange(key, '-', '+')
  return { key, entries: entries.map(([id, fields]) => ({ id, event: JSON.parse(fields[3] ?? '') })) }
}

async function expectWholeWindow(jobId: string): Promise<void> {
  const stored = await eventsOf(caller, jobId)
  await waitFor(async () => (await windowOf(jobId)).entries.at(-1)?.id === `${stored.length}-0`)
  const { key, entries } = await windowOf(jobId)
  expect(await inspector.xlen(key)).toBe(1000)
  expect(entries).toEqual(stored.slice(-1000).map((event) => ({ id: `${event.seq}-0`, event })))
}

async function expectAllWhole(jobId: string, followers: Promise<Event[]>[]): Promise<void> {
  await emit(caller, jobId, [{ type: 'job.completed', payload: {} }])
  const stored = await eventsOf(caller, jobId)
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1))
  for (const got of await Promise.all(followers)) {
    expect(got.map(({ seq }) => seq)).toEqual(stored.map(({ seq }) => seq))
    expect(got).toEqual(stored)
  }
}

test('the window holds exactly the last 1,000 events, and nobody misses or repeats one when it is flushed under load', async () => {
  const jobId = await makeJob(caller, { start: true })
  const followers = startFollowers(jobId)
  const stop = startLoad(jobId)
  await waitFor(async () => (await headOf(caller, jobId)) > 1100)
  for (let flushes = 0; flushes < 8; flushes++) {
    await inspector.flushall()
    await grows(jobId, 100)
  }
  await inspector.flushall()
  await stop()
  await expectWholeWindow(jobId)
  await expectAllWhole(jobId, followers)
  await expectWholeWindow(jobId)
})

test('recording and following go on while Valkey is stopped, and windows are whole once it is back', async () => {
  const jobId = await makeJob(caller, { start: true })
  const followers = startFollowers(jobId)
  const stop = startLoad(jobId)
  await grows(jobId, 300)
  await valkey.kill9()
  await valkeyIs('down')
  const head = await headOf(caller, jobId)
  await grows(jobId, 500)
  // New followers, who find no window, read on into what is recorded only now.
  const late = startFollowers(jobId)
  const live = await readFrames(caller, `/runner-jobs/${jobId}/events/stream?after=${head}`, { until: 'caught-up' })
  expect(live.filter(({ event }) => event === 'step.output').length).toBeGreaterThan(400)
  await grows(jobId, 500)
  await valkey.restart()
  await valkeyIs('up')
  await grows(jobId, 100)
  await stop()
  await expectWholeWindow(jobId)
  await expectAllWhole(jobId, [...followers, ...late])
})
