import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import { batchOf, collect } from '#testing/batches.ts'
import { drafts } from '#testing/drafts.ts'
import { type LiveStage, openLiveStage } from '#testing/liveStage.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { startValkeyCluster, type TestCluster } from '#testing/valkeyCluster.ts'
import { waitFor } from '#testing/waitFor.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startValkeyCluster()
})

afterAll(() => cluster[Symbol.asyncDispose]())

/** One contract, kept whatever is there to make it fast. */
const setUps = [
  { name: 'with Valkey', open: () => openLiveStage({ valkeyUrl: testValkeyUrl(), nodes: 1 }) },
  { name: 'without Valkey', open: () => openLiveStage({ valkeyUrl: null, nodes: 1 }) },
  { name: 'with two processes and Valkey', open: () => openLiveStage({ valkeyUrl: testValkeyUrl(), nodes: 2 }) },
  { name: 'with two processes and a cluster', open: () => openLiveStage({ valkeyUrl: cluster.url, nodes: 2 }) },
  { name: 'with two processes without Valkey', open: () => openLiveStage({ valkeyUrl: null, nodes: 2 }) },
]

const node = ({ nodes }: LiveStage, i: number) => nodes[i % nodes.length] ?? nodes[0]
const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, i) => drafts.output('s', `${text} ${i}\n`))

/** Everything a follower of a job that is over is owed. */
async function expectWhole(stage: LiveStage, job: JobAddress, got: Awaited<ReturnType<typeof collect>>, after = 0) {
  expect(got).toEqual((await stage.stored(job)).slice(after))
}

describe.each(setUps)('$name', ({ open }) => {
  test('gives every follower every event once, in order, while many append at once', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    const early = Array.from({ length: 6 }, (_, i) => collect(node(stage, i).live, job, i % 3))
    const emitters = Array.from({ length: 4 }, async (_, e) => {
      for (let i = 0; i < 60; i++) await node(stage, e).emit(job, lines(1 + ((e + i) % 5), `${e} ${i}`))
    })
    // a cursor beyond the head is refused
    await waitFor(async () => (await stage.stored(job)).length > 6)
    const late = Array.from({ length: 6 }, (_, i) => collect(node(stage, i).live, job, i))
    await Promise.all(emitters)
    await node(stage, 1).emit(job, [drafts.completed()])
    for (const [i, got] of (await Promise.all(early)).entries()) await expectWhole(stage, job, got, i % 3)
    for (const [i, got] of (await Promise.all(late)).entries()) await expectWhole(stage, job, got, i)
    for (const { live } of stage.nodes)
      expect(live.stats()).toMatchObject({ followers: 0, followedJobs: 0, ringSize: 0 })
  })

  test('resumes at every seq around the edge of the window', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    for (let i = 0; i < 3; i++) await node(stage, i).emit(job, lines(500))
    const [head, edge] = [1502, 502]
    const all = await stage.stored(job)
    expect(all).toHaveLength(head)
    for (const around of [0, edge, head]) {
      for (let after = Math.max(0, around - 3); after <= Math.min(head, around + 3); after++) {
        const batches = node(stage, after).live.follow({ ...job, after, signal: new AbortController().signal })
        const got = []
        for await (const batch of batches) {
          got.push(...batch.events)
          if (batch.caughtUp) break
        }
        expect(got).toEqual(all.slice(after))
      }
    }
  })

  test('resumes wherever a follower was cut off', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    const emitting = (async () => {
      for (let i = 0; i < 80; i++) await node(stage, i).emit(job, lines(1 + (i % 4)))
      await stage.nodes[0].emit(job, [drafts.failed()])
    })()
    const all = []
    for (let i = 0; all.at(-1)?.type !== 'job.failed'; i++) {
      for await (const batch of node(stage, i).live.follow({
        ...job,
        after: all.length,
        signal: new AbortController().signal,
      })) {
        all.push(...batch.events)
        if (i % 3 === 0 || all.length % 2 === 0) break
      }
    }
    await emitting
    await expectWhole(stage, job, all)
  })

  test('gives events over 8 KiB whole and in their place', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    const live = collect(node(stage, 1).live, job)
    for (const size of [10, 9000, 8000, 60_000, 10, 30_000])
      await stage.nodes[0].emit(job, lines(2, 'é'.repeat(size / 2)))
    await stage.nodes[0].emit(job, [drafts.completed()])
    await expectWhole(stage, job, await live)
    await expectWhole(stage, job, await collect(node(stage, 1).live, job, 3), 3)
  })

  test('tells a follower its state, and ends after the final event wherever it came from', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    const batches = node(stage, 1)
      .live.follow({ ...job, after: 2, signal: new AbortController().signal })
      [Symbol.asyncIterator]()
    expect(await batchOf(batches.next())).toMatchObject({
      events: [],
      last: 2,
      caughtUp: true,
      state: 'running',
      final: false,
    })
    const failure = { error: { code: 'stop', message: 'Stopped.' }, outcome: 'cancellation' as const }
    await stage.nodes[0].emit(job, [{ draft: { type: 'job.failed', payload: failure }, redactions: [] }])
    expect(await batchOf(batches.next())).toMatchObject({ last: 3, caughtUp: true, state: 'cancelled', final: true })
    expect((await batches.next()).done).toBe(true)
    const again = node(stage, 1)
      .live.follow({ ...job, after: 3, signal: new AbortController().signal })
      [Symbol.asyncIterator]()
    expect(await batchOf(again.next())).toMatchObject({ events: [], last: 3, state: 'cancelled', final: true })
  })

  test('refuses foreign and unknown jobs and cursors beyond the head', async () => {
    await using stage = await open()
    const job = await stage.newJob()
    const { live } = stage.nodes[0]
    await expect(collect(live, { ...job, orgId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(collect(live, { ...job, jobId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(collect(live, job, 3)).rejects.toMatchObject({ code: 'CURSOR_AHEAD' })
    expect(live.stats()).toMatchObject({ followers: 0, followedJobs: 0 })
  })

  test('repairs a wake-up that was lost, the last one of a burst', async () => {
    await using stage = await open()
    const dying = stage.addNode({ publishes: false })
    const job = await stage.newJob()
    const got = stage.nodes.map(({ live }) => collect(live, job))
    await stage.nodes[0].emit(job, lines(5))
    await dying.emit(job, [...lines(5), drafts.completed()])
    for (const events of await Promise.all(got)) await expectWhole(stage, job, events)
  })
})
