import { randomUUID } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { WaybillError } from '#domain/errors.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import type { FollowBatch, Live } from '#server/live/live.ts'
import { openLive } from '#server/live/openLive.ts'
import { liveSettings } from '#server/live/settings.ts'
import { memoryJournal } from '#testing/memoryJournal.ts'

const log = { info: vi.fn(), warn: vi.fn() }
let live: Live | undefined
afterEach(async () => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  await live?.close()
})

function setUp() {
  const journal = memoryJournal()
  live = openLive({ journal, valkeyUrl: null, epoch: 'test', log })
  return { journal, live, job: journal.createJob() }
}

function follow(job: JobAddress, after = 0, signal = new AbortController().signal): AsyncIterator<FollowBatch> {
  if (!live) throw new Error('setUp first')
  return live.follow({ ...job, after, signal })[Symbol.asyncIterator]()
}

async function batchOf(step: Promise<IteratorResult<FollowBatch>>): Promise<FollowBatch> {
  const { done, value } = await step
  if (done) throw new Error('the iteration ended')
  return value
}
const seqs = ({ events }: FollowBatch) => events.map(({ seq }) => seq)
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

test('gives history from any seq, then events as they are committed, and ends with the final one', async () => {
  const { journal, live, job } = setUp()
  journal.add(job.jobId, ['job.started', 'step.output'])
  for (const after of [0, 1, 2, 3]) {
    const batches = follow(job, after)
    const history = await batchOf(batches.next())
    expect(history).toMatchObject({ last: 3, caughtUp: true, head: 3, state: 'running', final: false })
    expect(seqs(history)).toEqual([1, 2, 3].slice(after))
    await batches.return?.()
  }
  const batches = follow(job, 3)
  await batches.next()
  live.publish(journal.addOutput(job.jobId, 2))
  expect(seqs(await batchOf(batches.next()))).toEqual([4, 5])
  live.publish(journal.add(job.jobId, ['job.failed']))
  expect(await batchOf(batches.next())).toMatchObject({ last: 6, state: 'failed', final: true })
  expect(await batches.next()).toEqual({ done: true, value: undefined })
  expect(live.stats().followers).toBe(0)
})

test('refuses unknown and foreign jobs alike, and a cursor beyond the head', async () => {
  const { journal, job, live } = setUp()
  const refusals: [JobAddress, number, string][] = [
    [{ orgId: job.orgId, jobId: randomUUID() }, 0, 'NOT_FOUND'],
    [{ orgId: job.orgId, jobId: 'x}:{y' }, 0, 'NOT_FOUND'],
    [{ orgId: randomUUID(), jobId: job.jobId }, 0, 'NOT_FOUND'],
    [job, 2, 'CURSOR_AHEAD'],
  ]
  for (const [address, after, code] of refusals) {
    await expect(follow(address, after).next()).rejects.toMatchObject({ code })
  }
  expect(live.stats()).toMatchObject({ followers: 0, followedJobs: 0 })
  journal.addOutput(job.jobId, 1)
  expect((await batchOf(follow(job, 2).next())).caughtUp).toBe(true)
})

test('gives a foreign organisation nothing while the owner follows', async () => {
  const { journal, live, job } = setUp()
  const owner = follow(job)
  await owner.next()
  const foreign = follow({ orgId: randomUUID(), jobId: job.jobId }).next()
  live.publish(journal.addOutput(job.jobId, 1))
  await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(seqs(await batchOf(owner.next()))).toEqual([2])
})

test('finds a job by its id in capital letters', async () => {
  const { journal, live, job } = setUp()
  const batches = follow({ ...job, jobId: job.jobId.toUpperCase() }, 1)
  await batches.next()
  live.publish(journal.addOutput(job.jobId, 1))
  expect(seqs(await batchOf(batches.next()))).toEqual([2])
})

test('misses nothing that is committed while it starts', async () => {
  const { journal, live, job } = setUp()
  const readHeads = journal.readHeads
  journal.readHeads = async (jobs) => {
    const heads = await readHeads(jobs)
    // Committed after the head was read, before anyone heard of it.
    live.publish(journal.addOutput(job.jobId, 1))
    return heads
  }
  const batches = follow(job)
  const got: number[] = []
  while (got.length < 2) got.push(...seqs(await batchOf(batches.next())))
  expect(got).toEqual([1, 2])
  // Or it had only waited for the head check to make good what it missed.
  expect(live.stats().headsRepaired).toBe(0)
})

test('gives followers at the same seq the same events and the same bytes', async () => {
  const { journal, live, job } = setUp()
  const followers = Array.from({ length: 5 }, () => follow(job))
  const first = await Promise.all(followers.map((batches) => batchOf(batches.next())))
  expect(journal.reads).toBe(1)
  live.publish(journal.addOutput(job.jobId, 3))
  const news = await Promise.all(followers.map((batches) => batchOf(batches.next())))
  for (const round of [first, news]) {
    expect(new Set(round.map(({ events }) => events)).size).toBe(1)
    expect(new Set(round.map((batch) => batch.frames())).size).toBe(1)
  }
})

test('gathers what is committed while followers are busy with the last events', async () => {
  const { journal, live, job } = setUp()
  const count = 200
  let writing = false
  async function write() {
    if (writing) return
    writing = true
    for (let i = 0; i < count; i++) {
      live.publish(journal.addOutput(job.jobId, 1))
      await new Promise(setImmediate)
    }
  }
  const batches = await Promise.all(
    Array.from({ length: 4 }, async () => {
      let batches = 0
      for await (const { last } of live.follow({ ...job, after: 0, signal: new AbortController().signal })) {
        batches++
        if (last === 1) void write()
        if (last === count + 1) break
        for (const until = performance.now() + 1; performance.now() < until; );
      }
      return batches
    }),
  )
  expect(Math.max(...batches)).toBeLessThan(count / 2)
})

test('holds nothing for a follower that is slow, and gives it everything', async () => {
  const { journal, live, job } = setUp()
  const slow = follow(job)
  await slow.next()
  for (let i = 0; i < 500; i++) live.publish(journal.addOutput(job.jobId, 10, 'x'.repeat(1000)))
  expect(live.stats().ringSize).toBeLessThanOrEqual(liveSettings.ringSize)
  const got: number[] = []
  while (got.length < 5000) {
    const batch = await batchOf(slow.next())
    expect(batch.frames().length).toBeLessThan(4 * liveSettings.batchSize)
    got.push(...seqs(batch))
  }
  expect(got).toEqual(Array.from({ length: 5000 }, (_, i) => i + 2))
})

test('takes smaller pages of larger events', async () => {
  const { journal, job } = setUp()
  journal.addOutput(job.jobId, 300, 'x'.repeat(100_000))
  const limits: number[] = []
  const readEvents = journal.readEvents
  journal.readEvents = (query) => {
    limits.push(query.limit)
    return readEvents(query)
  }
  const batches = follow(job)
  for (let last = 0; last < 301; ) last = (await batchOf(batches.next())).last
  expect(limits[0]).toBeGreaterThan(100)
  expect(limits.at(-1)).toBe(16)
})

test.each(['abort', 'return', 'close'])('ends a follower that waits by %s and leaves nothing behind', async (way) => {
  const { job, live } = setUp()
  const request = new AbortController()
  const batches = follow(job, 1, request.signal)
  await batches.next()
  const waiting = batches.next()
  await settle()
  if (way === 'abort') request.abort()
  else if (way === 'return') void batches.return?.()
  else await live.close()
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(live.stats()).toMatchObject({ followers: 0, followedJobs: 0, ringSize: 0 })
  expect(getEventListeners(request.signal, 'abort')).toEqual([])
})

test('ends at once although the database does not answer', async () => {
  const { journal, job } = setUp()
  const request = new AbortController()
  journal.readHeads = () => new Promise(() => {})
  const step = follow(job, 0, request.signal).next()
  await settle()
  request.abort()
  expect(await step).toEqual({ done: true, value: undefined })
})

test('gives nothing to a request that was aborted before, and nothing after close', async () => {
  const { job, live } = setUp()
  expect((await follow(job, 0, AbortSignal.abort()).next()).done).toBe(true)
  await live.close()
  expect((await follow(job).next()).done).toBe(true)
})

test('survives a database that is away for a moment', async () => {
  const { journal, job } = setUp()
  journal.addOutput(job.jobId, 400)
  const batches = follow(job)
  const first = await batchOf(batches.next())
  journal.failure = new Error('connection refused')
  const step = batches.next()
  await settle()
  journal.failure = null
  expect((await batchOf(step)).events[0]?.seq).toBe(first.last + 1)
})

test('says so when the database cannot be asked at the start', async () => {
  const { journal, job } = setUp()
  journal.failure = new WaybillError('UNAVAILABLE', 'The database is away.')
  await expect(follow(job).next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('gives up after several tries, so that the client comes back with its last id', async () => {
  const { journal, job } = setUp()
  journal.addOutput(job.jobId, 400)
  const batches = follow(job)
  await batches.next()
  vi.useFakeTimers()
  journal.failure = new Error('connection refused')
  const outcome = expect(batches.next()).rejects.toThrow('connection refused')
  await vi.advanceTimersByTimeAsync(60_000)
  await outcome
})

test.each([
  ['a hole', (events: number[]) => events.filter((_, i) => i !== 1)],
  ['a repeat', (events: number[]) => [...events.slice(0, 2), ...events.slice(1)]],
  ['nothing', () => []],
])('serves nothing rather than %s that the journal answers', async (_, spoil) => {
  const { journal, job } = setUp()
  journal.addOutput(job.jobId, 5)
  const readEvents = journal.readEvents
  journal.readEvents = async (query) => {
    const page = await readEvents(query)
    const events = spoil(page.events.map(({ seq }) => seq)).flatMap((seq) => page.events.filter((e) => e.seq === seq))
    return { ...page, events }
  }
  await expect(follow(job).next()).rejects.toMatchObject({ code: 'INTERNAL' })
})

test('learns by the head check of events that nobody published', async () => {
  const { journal, live, job } = setUp()
  const batches = follow(job)
  await batches.next()
  journal.add(job.jobId, ['job.started', 'job.completed'])
  expect(await batchOf(batches.next())).toMatchObject({ last: 3, state: 'success', final: true })
  expect(live.stats().headsRepaired).toBe(1)
})

test('asks for all followed jobs in one query, and for none that nobody follows', async () => {
  const { journal, live } = setUp()
  const jobs = Array.from({ length: 20 }, () => journal.createJob())
  const followers = jobs.map((job) => follow(job))
  await Promise.all(followers.map((batches) => batches.next()))
  const asked: number[] = []
  const readHeads = journal.readHeads
  journal.readHeads = (addresses) => {
    asked.push(addresses.length)
    return readHeads(addresses)
  }
  const waiting = followers.map((batches) => batches.next())
  for (const job of jobs) journal.addOutput(job.jobId, 1)
  await Promise.all(waiting)
  expect(asked).toEqual([20])
  await Promise.all(followers.map((batches) => batches.return?.()))
  expect(live.stats().followedJobs).toBe(0)
})

test('keeps seqs whole for many followers of a busy job, starting and leaving all the time', async () => {
  const { journal, live, job } = setUp()
  const total = 2000
  const writer = (async () => {
    for (let i = 0; i < total; i += 4) {
      live.publish(journal.addOutput(job.jobId, 4))
      // Some commits are another process's: nobody hears of them here.
      if (i % 40 === 0) journal.addOutput(job.jobId, 3)
      if (i % 16 === 0) await new Promise(setImmediate)
    }
    live.publish(journal.add(job.jobId, ['job.failed']))
  })()
  const readers = Array.from({ length: 30 }, async (_, i) => {
    let last = i * 7
    while (journal.eventsOf(job.jobId).length < last) await new Promise(setImmediate)
    for (let ended = false; !ended; ) {
      const batches = follow(job, last)
      for (let n = 0; n < 1 + (i % 9); n++) {
        const { done, value } = await batches.next()
        if (done) break
        for (const { seq } of value.events) expect(seq).toBe(++last)
        ended = value.final
      }
      await batches.return?.()
    }
    return last
  })
  await writer
  expect(new Set(await Promise.all(readers))).toEqual(new Set([journal.eventsOf(job.jobId).length]))
  expect(live.stats()).toMatchObject({ followers: 0, ringSize: 0 })
})
