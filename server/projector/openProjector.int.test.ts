import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { addToTotals, type JobTotals, noTotals } from '#domain/job/totals.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { keepHouse } from '#server/projector/keepHouse.ts'
import { openProjector, type Projector } from '#server/projector/openProjector.ts'
import { projectFlushes } from '#server/projector/projectFlushes.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { clean, drafts } from '#testing/drafts.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'
import { startScript } from '#testing/script.ts'
import { waitFor } from '#testing/waitFor.ts'

let bed: JournalTestbed
let one: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

function open(): Projector & AsyncDisposable {
  const projector = openProjector({ sql: one.sql, log: { warn: () => {} } })
  return { ...projector, [Symbol.asyncDispose]: () => projector.close() }
}

function replayed(events: readonly Event[]): JobTotals {
  const totals = noTotals()
  for (const event of events) addToTotals(totals, event)
  return totals
}

async function projectedSeq(job: JobAddress): Promise<number> {
  const [row] = await bed.owner<
    { seq: number }[]
  >`select projected_seq as seq from job_projections where job_id = ${job.jobId}`
  return row?.seq ?? 0
}

async function expectExact(projector: Projector, job: JobAddress): Promise<void> {
  expect((await projector.totalsOf([job])).get(job.jobId)).toEqual(replayed(await bed.eventsOf(job)))
}

/** One round with nobody else at work. */
async function projectAll(): Promise<void> {
  await bed.owner`update projector set holder = null, held_until = null`
  const holder = '00000000-0000-4000-8000-000000000000'
  while ((await projectFlushes(one.sql, { holder, stopped: () => false })) === 'more') {}
  await bed.owner`update projector set holder = null, held_until = null`
}

describe('totals', () => {
  test('are those of a replay, wherever the projection stands', async () => {
    await using projector = open()
    const request = fc.array(arbitraryDraft, { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(request, fc.boolean()), { minLength: 1, maxLength: 15 }), async (requests) => {
        const job = await bed.newJob(one, 'started')
        for (const [events, isProjected] of requests) {
          // A request that does not fit the job is refused; what is stored counts.
          await one.emit(job, events.map(clean)).catch(() => {})
          if (isProjected) await projectAll()
        }
        await expectExact(projector, job)
        await projectAll()
        expect(await projectedSeq(job)).toBe((await bed.eventsOf(job)).length)
        await expectExact(projector, job)
      }),
      { numRuns: 15 },
    )
  })

  test('are there for a projector that was never started, and are projected by one that is', async () => {
    await using idle = open()
    const jobs = await Promise.all([bed.newJob(one, 'started'), bed.newJob(one)])
    for (const job of jobs) await one.emit(job, [drafts.output('build', 'a\nb\nc'), drafts.gateFailed('lint')])
    for (const job of jobs) await expectExact(idle, job)
    await using working = open()
    working.start()
    for (const job of jobs) {
      const head = (await bed.eventsOf(job)).length
      await waitFor(async () => (await projectedSeq(job)) === head)
      await expectExact(idle, job)
    }
  })

  test('leave out foreign and unknown jobs', async () => {
    await using projector = open()
    await using foreign = await openJournalTestbed({ url: bed.url })
    const job = await bed.newJob(one)
    expect(await projector.totalsOf([])).toEqual(new Map())
    expect(await projector.totalsOf([{ ...job, orgId: foreign.orgId }])).toEqual(new Map())
  })

  test('of a job with large payloads are exact across pages that are cut by their bytes', async () => {
    await using projector = open()
    const job = await bed.newJob(one, 'started')
    const text = 'x'.repeat(63 * 1024)
    for (let round = 0; round < 4; round++) {
      await one.emit(
        job,
        Array.from({ length: 50 }, () => drafts.output('build', text)),
      )
    }
    await expectExact(projector, job)
    await projectAll()
    await expectExact(projector, job)
  })

  test('of a job with more events than one turn takes are complete in the end', async () => {
    await using projector = open()
    const job = await bed.newJob(one, 'started')
    const other = await bed.newJob(one)
    const thousand = Array.from({ length: 1000 }, (_, index) => drafts.output('build', `${index}\n`))
    for (let round = 0; round < 21; round++) await one.emit(job, thousand)
    await projectAll()
    expect(await projectedSeq(job)).toBe(21_002)
    expect(await projectedSeq(other)).toBe(1)
    await expectExact(projector, job)
  })
})

describe('several projectors', () => {
  test('that work at once do no harm', async () => {
    const jobs = await Promise.all(Array.from({ length: 10 }, () => bed.newJob(one, 'started')))
    const holders = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`)
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        jobs.map((job) => one.emit(job, [drafts.output('build', `${round}\n`), drafts.tool(`c${round}`)])),
      )
      await Promise.all(
        holders.map(async (holder) => {
          // Each believes that the others are gone.
          await bed.owner`update projector set held_until = null`
          await projectFlushes(one.sql, { holder, stopped: () => false })
        }),
      )
    }
    await projectAll()
    await using projector = open()
    for (const job of jobs) {
      expect(await projectedSeq(job)).toBe(22)
      await expectExact(projector, job)
    }
  })

  test('never set a job back: the slower one sees that another was faster', async () => {
    const job = await bed.newJob(one, 'started')
    await projectAll()
    await one.emit(job, [drafts.tool('c1')])
    const session = await bed.owner.reserve()
    await session`begin`
    await session`select 1 from job_projections where job_id = ${job.jobId} for update`
    const slower = projectAll()
    await waitFor(async () => {
      const rows = await bed.owner`
        select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      return rows.length > 0
    })
    await one.emit(job, [drafts.tool('c2')])
    const totals = JSON.stringify(replayed(await bed.eventsOf(job)))
    await session`update job_projections set projected_seq = 4, totals = ${totals} where job_id = ${job.jobId}`
    await session`commit`
    session.release()
    await slower
    expect(await projectedSeq(job)).toBe(4)
  })

  test('leave the work to one of them, until it closes or dies', async () => {
    const job = await bed.newJob(one, 'started')
    await bed.owner`update projector set holder = gen_random_uuid(), held_until = clock_timestamp() + interval '1 hour'`
    const second = '00000000-0000-4000-8000-000000000002'
    const never = () => false
    expect(await projectFlushes(one.sql, { holder: second, stopped: never })).toBe('done')
    expect(await projectedSeq(job)).toBe(0)
    await bed.owner`update projector set held_until = clock_timestamp()`
    await projectFlushes(one.sql, { holder: second, stopped: never })
    expect(await projectedSeq(job)).toBe(2)
    const [row] = await bed.owner`select holder from projector`
    expect(row).toEqual({ holder: second })
  })

  test('that close let the next one in at once', async () => {
    await bed.owner`update projector set holder = null, held_until = null`
    const first = open()
    first.start()
    const job = await bed.newJob(one, 'started')
    await waitFor(async () => (await projectedSeq(job)) === 2)
    await first[Symbol.asyncDispose]()
    expect([...(await bed.owner`select holder, held_until from projector`)]).toEqual([
      { holder: null, held_until: null },
    ])
  })
})

test('killed at any moment, the next one goes on where it stood', async () => {
  const job = await bed.newJob(one, 'started')
  const other = await bed.newJob(one, 'started')
  const thousand = Array.from({ length: 1000 }, (_, index) => drafts.output('build', `${index}\n`))
  for (let kill = 0; kill < 3; kill++) {
    await using script = await startScript(`import { openDatabase } from '#db/client.ts'
      import { openProjector } from '#server/projector/openProjector.ts'
      const sql = openDatabase({ url: ${JSON.stringify(bed.url)}, max: 2 })
      openProjector({ sql, log: { warn() {} } }).start()
      console.log('started')`)
    await script.line('started')
    for (let round = 0; round < 4; round++) await Promise.all([one.emit(job, thousand), one.emit(other, thousand)])
    if (kill % 2 === 0) await waitFor(async () => (await projectedSeq(job)) > kill * 4000)
    await script.end('SIGKILL')
  }
  await using projector = open()
  await expectExact(projector, job)
  projector.start()
  await waitFor(async () => (await projectedSeq(job)) === 12_002 && (await projectedSeq(other)) === 12_002)
  await expectExact(projector, job)
  await expectExact(projector, other)
})

test('projections that are lost are made again from the journal', async () => {
  await using projector = open()
  const job = await bed.newJob(one, 'started')
  await projectAll()
  await bed.owner`delete from job_projections`
  await bed.owner`update projector set next_xid = '0'`
  await expectExact(projector, job)
  await projectAll()
  expect(await projectedSeq(job)).toBe(2)
})

test('flushes are forgotten once they are taken in, and no sooner', async () => {
  const job = await bed.newJob(one, 'started')
  const flushes = async () => (await bed.owner`select 1 from flushes where job_id = ${job.jobId}`).length
  const other = await bed.newJob(one, 'started')
  // A transaction of any database of this PostgreSQL holds them, also one of another test.
  const keptDownTo = (most: number) =>
    waitFor(async () => {
      await one.emit(other, [drafts.output('build', 'more\n')])
      await projectAll()
      await keepHouse(one.sql)
      return (await flushes()) <= most
    })
  await keepHouse(one.sql)
  expect(await flushes()).toBe(2)
  // A transaction that is still under way may commit a flush with an older id than those that are visible.
  const session = await bed.owner.reserve()
  await session`begin`
  await session`select pg_current_xact_id()`
  await one.emit(job, [drafts.tool('c1')])
  await keptDownTo(1)
  const whileOpen = await flushes()
  await session`commit`
  session.release()
  expect(whileOpen).toBe(1)
  await keptDownTo(0)
})

test('a database that is away is told once, and closing does not wait for it', async () => {
  const warnings: string[] = []
  const lost = bed.open({ url: 'postgres://nobody@127.0.0.1:1/nothing' })
  const projector = openProjector({ sql: lost.sql, log: { warn: (message) => void warnings.push(message) } })
  projector.start()
  await waitFor(() => warnings.length > 0)
  await sleep(1200)
  await projector.close()
  expect(warnings).toHaveLength(1)
})
