import { getEventListeners } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { WaybillError } from '#domain/errors.ts'
import { batchOf } from '#testing/batches.ts'
import { openMemoryLive, settle } from '#testing/memoryLive.ts'

afterEach(() => void vi.useRealTimers())

test.each(['abort', 'return', 'close'])('ends a follower that waits by %s and leaves nothing behind', async (way) => {
  const { job, live, follow } = openMemoryLive()
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
  const { journal, job, follow } = openMemoryLive()
  const request = new AbortController()
  journal.readHeads = () => new Promise(() => {})
  const step = follow(job, 0, request.signal).next()
  await settle()
  request.abort()
  expect(await step).toEqual({ done: true, value: undefined })
})

test('gives nothing to a request that was aborted before, and nothing after close', async () => {
  const { job, live, follow } = openMemoryLive()
  expect((await follow(job, 0, AbortSignal.abort()).next()).done).toBe(true)
  await live.close()
  expect((await follow(job).next()).done).toBe(true)
})

test('survives a database that is away for a moment', async () => {
  const { journal, job, follow } = openMemoryLive()
  journal.addOutput(job.jobId, 4000)
  const batches = follow(job)
  await batches.next()
  journal.failure = new Error('connection refused')
  // Was read while the first one was taken.
  const first = await batchOf(batches.next())
  const step = batches.next()
  await settle()
  journal.failure = null
  expect((await batchOf(step)).events[0]?.seq).toBe(first.last + 1)
})

test('says so when the database cannot be asked at the start', async () => {
  const { journal, job, follow } = openMemoryLive()
  journal.failure = new WaybillError('UNAVAILABLE', 'The database is away.')
  await expect(follow(job).next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('gives up after several tries, so that the client comes back with its last id', async () => {
  const { journal, job, follow } = openMemoryLive()
  journal.addOutput(job.jobId, 4000)
  const batches = follow(job)
  await batches.next()
  vi.useFakeTimers()
  journal.failure = new Error('connection refused')
  // Was read while the first one was taken.
  await batches.next()
  const outcome = expect(batches.next()).rejects.toThrow('connection refused')
  await vi.advanceTimersByTimeAsync(60_000)
  await outcome
})

test.each([
  ['a hole', (events: number[]) => events.filter((_, i) => i !== 1)],
  ['a repeat', (events: number[]) => [...events.slice(0, 2), ...events.slice(1)]],
  ['nothing', () => []],
])('serves nothing rather than %s that the journal answers', async (_, spoil) => {
  const { journal, job, follow } = openMemoryLive()
  journal.addOutput(job.jobId, 5)
  const readEvents = journal.readEvents
  journal.readEvents = async (query) => {
    const page = await readEvents(query)
    const events = spoil(page.events.map(({ seq }) => seq)).flatMap((seq) => page.events.filter((e) => e.seq === seq))
    return { ...page, events }
  }
  await expect(follow(job).next()).rejects.toMatchObject({ code: 'INTERNAL' })
})
