import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { batchOf, collect } from '#testing/batches.ts'
import { drafts } from '#testing/drafts.ts'
import { type LiveStage, openLiveStage } from '#testing/liveStage.ts'
import { openTcpProxy } from '#testing/tcpProxy.ts'
import { startValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

const lines = (count: number) => Array.from({ length: count }, (_, i) => drafts.output('s', `line ${i}\n`))
const never = () => new AbortController().signal

/** Looks at Valkey past the server. */
function inspect(url: string): Redis & Disposable {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null })
  client.on('error', () => {})
  return Object.assign(client, { [Symbol.dispose]: () => client.disconnect() })
}

async function windowOf(client: Redis, { epoch }: LiveStage, { jobId }: JobAddress) {
  const entries = await client.xrange(windowKeys(epoch, jobId).window, '-', '+')
  return entries.map(([id, fields]) => ({ id, type: fields[1], json: fields[3] }))
}

/** The newest 1,000 events as PostgreSQL has them, entry by entry. */
async function expectWholeWindow(client: Redis, stage: LiveStage, job: JobAddress) {
  const stored = await stage.stored(job)
  const wanted = stored.slice(-1000).map(({ seq, type, json }) => ({ id: `${seq}-0`, type, json }))
  await waitFor(async () => (await windowOf(client, stage, job)).at(-1)?.id === wanted.at(-1)?.id)
  expect(await windowOf(client, stage, job)).toEqual(wanted)
}

/** Emits until told to stop, at all nodes in turn. */
function load(stage: LiveStage, job: JobAddress) {
  let stopped = false
  const done = (async () => {
    for (let i = 0; !stopped; i++) await (stage.nodes[i % stage.nodes.length] ?? stage.nodes[0]).emit(job, lines(7))
  })()
  return async () => {
    stopped = true
    await done
  }
}

test('keeps exactly the newest 1,000 events in the window', async () => {
  await using valkey = await startValkey()
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 1 })
  const { live, emit } = stage.nodes[0]
  await waitFor(() => live.health().valkey === 'up')
  const job = await stage.newJob()
  const { window } = windowKeys(stage.epoch, job.jobId)
  for (let i = 0; i < 13; i++) await emit(job, lines(111))
  await expectWholeWindow(client, stage, job)
  expect(await client.xlen(window)).toBe(1000)
  await emit(job, [drafts.completed()])
  await expectWholeWindow(client, stage, job)
  expect(await client.xlen(window)).toBe(1000)
  expect(await client.ttl(window)).toBeLessThanOrEqual(600)
})

test('misses and repeats nothing when Valkey is flushed under load, and makes the window whole again', async () => {
  await using valkey = await startValkey()
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 2 })
  const job = await stage.newJob()
  const followers = stage.nodes.flatMap(({ live }) => [0, 1, 2].map((after) => collect(live, job, after)))
  const stop = load(stage, job)
  for (let i = 1; i <= 12; i++) {
    await waitFor(async () => (await stage.stored(job)).length > i * 200)
    await client.flushall()
  }
  await stop()
  await expectWholeWindow(client, stage, job)
  await stage.nodes[1]?.emit(job, [drafts.completed()])
  const stored = await stage.stored(job)
  for (const [i, got] of (await Promise.all(followers)).entries()) expect(got).toEqual(stored.slice(i % 3))
  await expectWholeWindow(client, stage, job)
})

test('goes on while Valkey is stopped, and makes windows whole after it came back empty', async () => {
  await using valkey = await startValkey()
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 2 })
  const [job, unfollowed] = [await stage.newJob(), await stage.newJob()]
  const followers = stage.nodes.map(({ live }) => collect(live, job))
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
  const stop = load(stage, job)
  const grows = async () => {
    const { length } = await stage.stored(job)
    await waitFor(async () => (await stage.stored(job)).length > length + 300)
  }
  await grows()
  await valkey.kill9()
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'down'))
  await stage.nodes[0].emit(unfollowed, lines(3))
  await grows()
  expect(stage.nodes[0].live.stats()).toMatchObject({ publishSize: 0, jobsBehind: 2 })
  await valkey.restart()
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
  await grows()
  await stop()
  await expectWholeWindow(client, stage, job)
  await expectWholeWindow(client, stage, unfollowed)
  await stage.nodes[1]?.emit(job, [drafts.failed()])
  const stored = await stage.stored(job)
  for (const got of await Promise.all(followers)) expect(got).toEqual(stored)
})

test('mends the window of a followed job that was deleted or damaged while nothing happens', async () => {
  await using valkey = await startValkey()
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 1 })
  const [{ live, emit }] = stage.nodes
  await waitFor(() => live.health().valkey === 'up')
  const job = await stage.newJob()
  await emit(job, lines(20))
  const batches = live.follow({ ...job, after: 0, signal: never() })[Symbol.asyncIterator]()
  await batchOf(batches.next())
  await expectWholeWindow(client, stage, job)
  const { window } = windowKeys(stage.epoch, job.jobId)
  await client.del(window)
  await expectWholeWindow(client, stage, job)
  await client.xdel(window, '7-0')
  await waitFor(async () => (await client.xlen(window)) === 22)
  await expectWholeWindow(client, stage, job)
  await batches.return?.()
})

test('keeps appends fast and memory free while Valkey takes everything and answers nothing', async () => {
  await using valkey = await startValkey()
  await using proxy = await openTcpProxy(valkey.port)
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: `redis://127.0.0.1:${proxy.port}`, nodes: 1 })
  const [{ live, emit }] = stage.nodes
  await waitFor(() => live.health().valkey === 'up')
  const job = await stage.newJob()
  const got = collect(live, job)
  proxy.freeze()
  for (let i = 0; i < 50; i++) await emit(job, lines(40))
  await waitFor(() => live.stats().publishSize === 0)
  proxy.thaw()
  await expectWholeWindow(client, stage, job)
  await emit(job, [drafts.completed()])
  expect(await got).toEqual(await stage.stored(job))
})

test('survives a Valkey that is out of memory', async () => {
  await using valkey = await startValkey({ maxmemory: '3mb', 'maxmemory-policy': 'noeviction' })
  using client = inspect(valkey.url)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 2 })
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
  const job = await stage.newJob()
  const followers = stage.nodes.map(({ live }) => collect(live, job))
  const text = 'x'.repeat(7000)
  for (let i = 0; i < 60; i++)
    await stage.nodes[0].emit(
      job,
      Array.from({ length: 10 }, () => drafts.output('s', text)),
    )
  await stage.nodes[0].emit(job, [drafts.completed()])
  const stored = await stage.stored(job)
  for (const got of await Promise.all(followers)) expect(got).toEqual(stored)
  expect(await client.info('errorstats')).toContain('errorstat_OOM')
  const held = await windowOf(client, stage, job)
  const start = stored.findIndex(({ seq }) => `${seq}-0` === held[0]?.id)
  expect(held.map(({ json }) => json)).toEqual(stored.slice(start, start + held.length).map(({ json }) => json))
})
