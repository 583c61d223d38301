import { expect, test } from 'vitest'
import { batchOf } from '#testing/batches.ts'
import { openMemoryLive, settle } from '#testing/memoryLive.ts'

/** Answers of the journal to this question wait until they are let go. */
function holdUp<K extends 'readEpoch' | 'readHeads' | 'readEvents'>(
  journal: ReturnType<typeof openMemoryLive>['journal'],
  question: K,
) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const answer = journal[question] as (...asked: unknown[]) => Promise<unknown>
  let asked = 0
  Object.assign(journal, {
    [question]: async (...about: unknown[]) => {
      asked++
      const answered = await answer(...about)
      await promise
      return answered
    },
  })
  return { letGo: resolve, asked: () => asked }
}

test('tells nobody of a commit while a lost connection is a doubt, and everybody once it is none', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const batches = follow(job, 1)
  await batches.next()
  const held = holdUp(journal, 'readEpoch')
  live.doubt()
  const next = batches.next()
  live.publish(journal.addOutput(job.jobId, 1))
  await settle()
  expect(await Promise.race([next, 'nothing'])).toBe('nothing')
  held.letGo()
  expect((await batchOf(next)).events.map(({ seq }) => seq)).toEqual([2])
})

test('asks again what was answered while a connection was lost', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const held = holdUp(journal, 'readHeads')
  const first = follow(job).next()
  await settle()
  // Answered by the database before the restore; the reader must not learn of it.
  live.doubt()
  journal.setBack(job.jobId, 0)
  journal.epoch = 'after the restore'
  journal.add(job.jobId, ['job.created', 'job.started'])
  held.letGo()
  expect((await batchOf(first)).events).toEqual(journal.eventsOf(job.jobId))
  expect(held.asked()).toBeGreaterThan(1)
})

test('ends followers of a job that lost what they were given, however far it has come again, and no others', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const kept = journal.createJob(job.orgId)
  journal.addOutput(job.jobId, 4)
  const [hurt, whole] = [follow(job), follow(kept)]
  for (const batches of [hurt, whole]) await batches.next()
  const steps = [hurt.next(), whole.next()] as const
  journal.setBack(job.jobId, 3)
  journal.epoch = 'after the restore'
  journal.addOutput(job.jobId, 10)
  live.doubt()
  await expect(steps[0]).rejects.toMatchObject({ code: 'CURSOR_AHEAD' })
  live.publish(journal.addOutput(kept.jobId, 1))
  expect((await batchOf(steps[1])).events.map(({ seq }) => seq)).toEqual([2])
  expect((await batchOf(follow(job).next())).events).toEqual(journal.eventsOf(job.jobId))
  expect(live.stats().followers).toBe(2)
})

test('knows how far readers came who left before the restore, and refuses their cursors', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const kept = journal.createJob(job.orgId)
  journal.addOutput(job.jobId, 4)
  for (const one of [job, kept]) {
    const batches = follow(one)
    await batches.next()
    await batches.return?.()
  }
  journal.setBack(job.jobId, 3)
  journal.epoch = 'after the restore'
  journal.addOutput(job.jobId, 10)
  live.doubt()
  await expect(follow(job, 5).next()).rejects.toMatchObject({ code: 'CURSOR_AHEAD' })
  expect((await batchOf(follow(job).next())).last).toBe(13)
  expect((await batchOf(follow(kept, 1).next())).last).toBe(1)
})

test('finds another epoch by the head check, when no connection told of it', async () => {
  const { journal, job, follow } = openMemoryLive()
  journal.addOutput(job.jobId, 4)
  const batches = follow(job)
  await batches.next()
  journal.setBack(job.jobId, 3)
  journal.epoch = 'after the restore'
  await expect(batches.next()).rejects.toMatchObject({ code: 'CURSOR_AHEAD' })
})

test('goes on as soon as a database that could not be asked answers again', async () => {
  const { journal, live, job, follow } = openMemoryLive()
  const batches = follow(job, 1)
  await batches.next()
  const { readEpoch } = journal
  journal.readEpoch = () => Promise.reject(new Error('connection refused'))
  live.doubt()
  await settle()
  live.publish(journal.addOutput(job.jobId, 1))
  journal.readEpoch = readEpoch
  expect((await batchOf(batches.next())).events.map(({ seq }) => seq)).toEqual([2])
})

test('asks nothing more once it is closed', async () => {
  const { journal, live } = openMemoryLive()
  await live.close()
  const held = holdUp(journal, 'readEpoch')
  live.doubt()
  await settle()
  expect(held.asked()).toBe(0)
})
