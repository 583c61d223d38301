import { afterAll, beforeAll, expect, test } from 'vitest'
import { drafts } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { type JournalTestbed, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed

beforeAll(async () => {
  bed = await openJournalTestbed()
})
afterAll(() => bed[Symbol.asyncDispose]())

/** Another session that holds the row of a job until it is let go. */
async function lockRow(jobId: string): Promise<AsyncDisposable> {
  const session = await bed.owner.reserve()
  await session`begin`
  await session`select 1 from jobs where id = ${jobId} for no key update`
  return {
    [Symbol.asyncDispose]: async () => {
      await session`rollback`
      session.release()
    },
  }
}

test('a locked job waits, while the others of its flush are stored at once', async () => {
  const one = bed.open()
  const [locked, free] = [await bed.newJob(one), await bed.newJob(one)]
  const order: string[] = []
  const lock = await lockRow(locked.jobId)
  const waiting = one.emit(locked, [drafts.started()]).then(() => order.push('locked'))
  await one.emit(free, [drafts.started()]).then(() => order.push('free'))
  for (let round = 0; round < 20; round++) await one.emit(free, [drafts.tool(`c${round}`)])
  order.push('released')
  await lock[Symbol.asyncDispose]()
  await waiting
  expect(order).toEqual(['free', 'released', 'locked'])
  await expectSoundJob(bed, locked)
})

test('a job that stays locked is refused as BUSY once patience is over, and taken again afterwards', async () => {
  const one = bed.open({ patienceMs: 100 })
  const job = await bed.newJob(one)
  {
    await using _lock = await lockRow(job.jobId)
    const sent = [one.emit(job, [drafts.started()]), one.emit(job, [drafts.tool('c1')])]
    expect(await Promise.allSettled(sent)).toMatchObject([{ reason: { code: 'BUSY' } }, { reason: { code: 'BUSY' } }])
  }
  expect(await one.emit(job, [drafts.started()])).toMatchObject({ firstSeq: 2 })
  await expectSoundJob(bed, job)
})

test('closing does not wait for a locked job', async () => {
  const one = bed.open({ patienceMs: 60_000 })
  const job = await bed.newJob(one)
  await using _lock = await lockRow(job.jobId)
  const sent = one.emit(job, [drafts.started()])
  const [outcome] = await Promise.allSettled([sent, one.journal.close()])
  expect(outcome).toMatchObject({ reason: { code: 'BUSY' } })
})
