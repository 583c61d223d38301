import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import type { FollowBatch } from '#server/live/live.ts'
import { liveSettings } from '#server/live/settings.ts'
import { batchOf } from '#testing/batches.ts'
import { openMemoryLive } from '#testing/memoryLive.ts'

const seqs = ({ events }: FollowBatch) => events.map(({ seq }) => seq)

test('gives history from any seq, then events as they are committed, and ends with the final one', async () => {
  const { journal, live, job, follow } = openMemoryLive()
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
  const { journal, job, live, follow } = openMemoryLive()
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
  const { journal, live, job, follow } = openMemoryLive()
  const owner = follow(job)
  await owner.next()
  const foreign = follow({ orgId: randomUUID(), jobId: job.jobId }).next()
  live.publish(journal.addOutput(job.jobId, 1))
  await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(seqs(await batchOf(owner.next()))).toEqual([2])
})

test('finds a job by its id in capital letters', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const batches = follow({ ...job, jobId: job.jobId.toUpperCase() }, 1)
  await batches.next()
  live.publish(journal.addOutput(job.jobId, 1))
  expect(seqs(await batchOf(batches.next()))).toEqual([2])
})

test('misses nothing that is committed while it starts', async () => {
  const { journal, live, job, follow } = openMemoryLive()
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
  const { journal, live, job, follow } = openMemoryLive()
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
  const { journal, live, job } = openMemoryLive()
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
  const { journal, live, job, follow } = openMemoryLive()
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
  const { journal, job, follow } = openMemoryLive()
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

test('learns by the head check of events that nobody published', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const batches = follow(job)
  await batches.next()
  journal.add(job.jobId, ['job.started', 'job.completed'])
  expect(await batchOf(batches.next())).toMatchObject({ last: 3, state: 'success', final: true })
  expect(live.stats().headsRepaired).toBe(1)
})

test('asks for all followed jobs in one query, and for none that nobody follows', async () => {
  const { journal, live, follow } = openMemoryLive()
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
  const { journal, live, job, follow } = openMemoryLive()
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
