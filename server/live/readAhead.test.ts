import { expect, onTestFinished, test } from 'vitest'
import { liveSettings } from '#server/live/settings.ts'
import { batchOf } from '#testing/batches.ts'
import { openMemoryLive, settle } from '#testing/memoryLive.ts'

/** History of more pages than anyone takes here. */
function openLongJob() {
  const opened = openMemoryLive()
  opened.journal.addOutput(opened.job.jobId, 20 * liveSettings.batchEvents)
  return opened
}

test('reads one page more than its reader has taken, and no further', async () => {
  const { journal, job, follow } = openLongJob()
  const batches = follow(job)
  onTestFinished(async () => void (await batches.return?.()))
  let last = 0
  for (const taken of [1, 2, 3]) {
    const { events } = await batchOf(batches.next())
    expect(events[0]?.seq).toBe(last + 1)
    last = events.at(-1)?.seq ?? 0
    await settle()
    expect(journal.reads).toBe(taken + 1)
  }
})

test('reads nothing ahead at the end of history', async () => {
  const { journal, job, follow } = openMemoryLive()
  journal.addOutput(job.jobId, 3)
  const batches = follow(job)
  onTestFinished(async () => void (await batches.return?.()))
  expect(await batchOf(batches.next())).toMatchObject({ last: 4, caughtUp: true })
  await settle()
  expect(journal.reads).toBe(1)
})

test('holds no more pages for readers that stall than all together may have', async () => {
  const { journal, job, follow } = openLongJob()
  // Each at another place: those at the same one share what they read.
  const stalled = Array.from({ length: liveSettings.pagesAhead + 5 }, (_, at) => follow(job, at))
  onTestFinished(async () => void (await Promise.all(stalled.map((batches) => batches.return?.()))))
  await Promise.all(stalled.map((batches) => batches.next()))
  await settle()
  expect(journal.reads).toBe(stalled.length + liveSettings.pagesAhead)

  await Promise.all(stalled.slice(0, 7).map((batches) => batches.return?.()))
  const before = journal.reads
  const next = follow(job, 1000)
  onTestFinished(async () => void (await next.return?.()))
  await next.next()
  await settle()
  expect(journal.reads - before, 'those that left made room').toBe(2)
})

test('reads again what could not be read ahead', async () => {
  const { journal, job, follow } = openLongJob()
  const batches = follow(job)
  onTestFinished(async () => void (await batches.return?.()))
  const first = batches.next()
  const { last } = await batchOf(first)
  await settle()
  const taken = await batchOf(batches.next())
  expect(taken.events[0]?.seq).toBe(last + 1)
  journal.failure = new Error('away')
  const waiting = (async () => [await batchOf(batches.next()), await batchOf(batches.next())] as const)()
  await settle()
  journal.failure = null
  const [second, third] = await waiting
  expect([second.events[0]?.seq, third.events[0]?.seq]).toEqual([taken.last + 1, second.last + 1])
})
