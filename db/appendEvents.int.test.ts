import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { postgresServers } from '#testing/postgresServers.ts'
import { appendEvents, openSqlJournal, type SqlJob, type SqlJournal, seqsOf } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('append_events on $name', ({ start }) => {
  let journal: SqlJournal
  let owner: Sql
  let app: Sql
  let orgId: string
  let job: SqlJob
  let other: SqlJob

  beforeAll(async () => {
    journal = await openSqlJournal(start)
    ;({ owner, app, orgId } = journal)
  })
  afterAll(() => journal[Symbol.asyncDispose]())

  beforeEach(async () => {
    job = await journal.newJob()
    other = await journal.newJob()
  })

  test('puts events behind the head, in their order, and tells the head and the time', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    const [first] = await appendEvents(app, [{ ...job, events: 2, ids: ids.slice(0, 2) }])
    const [second] = await appendEvents(app, [{ ...job, events: 1, ids: ids.slice(2), expected: 3 }])
    expect([first, second]).toMatchObject([
      { status: 'appended', head: 1 },
      { status: 'appended', head: 3 },
    ])
    const rows = await owner`
      select seq::int, id, recorded_at, occurred_at, version from waybill.job_events
      where job_id = ${job.jobId} and seq > 1 order by seq`
    const times = [first, first, second].map((answer) => answer?.recordedAt)
    expect(rows).toEqual(
      ids.map((id, at) => ({ seq: at + 2, id, recorded_at: times[at], occurred_at: times[at], version: 1 })),
    )
  })

  test('keeps seqs gap-free when two connections append to the same jobs', async () => {
    const jobs = [job, other]
    const sizes = [1, 7, 2, 30, 3]
    /** What was passed over because the other one holds its row is sent again until it is taken. */
    const write = async (order: readonly SqlJob[]) => {
      for (let at = 0; at < 40; at++) {
        let left = order.map((lane) => ({ ...lane, events: sizes[at % sizes.length] ?? 1 }))
        while (left.length > 0) {
          const answers = await appendEvents(app, left)
          expect(answers.map((answer) => answer.status)).not.toContain('stale')
          left = left.filter((_, index) => answers[index]?.status === 'busy')
        }
      }
    }
    await Promise.all([write(jobs), write(jobs.toReversed())])
    const total = 1 + (2 * 40 * sizes.reduce((sum, size) => sum + size)) / sizes.length
    for (const lane of jobs) {
      expect(await seqsOf(owner, lane)).toEqual(Array.from({ length: total }, (_, index) => index + 1))
      let next = 1
      for (const { first, last } of await journal.flushesOf(lane)) {
        expect(first).toBe(next)
        next = last + 1
      }
      expect(next).toBe(total + 1)
    }
  })

  test('passes over a job whose row is locked elsewhere and takes the others', async () => {
    const lanes = [job, other].map((lane) => ({ ...lane, events: 2 }))
    await owner.begin(async (sql) => {
      await sql`select from waybill.jobs where id = ${job.jobId} for no key update`
      expect(await appendEvents(app, lanes)).toMatchObject([{ status: 'busy' }, { status: 'appended', head: 1 }])
      // Readers of the row, and those who only refer to it, are in nobody's way.
      await sql`select from waybill.jobs where id = ${other.jobId} for key share`
      expect(await appendEvents(app, [{ ...other, events: 1 }])).toMatchObject([{ status: 'appended', head: 3 }])
    })
    expect(await seqsOf(owner, job)).toEqual([1])
    expect(await journal.flushesOf(job)).toHaveLength(1)
    expect(await appendEvents(app, lanes)).toMatchObject([
      { status: 'appended', head: 1 },
      { status: 'appended', head: 4 },
    ])
  })

  test('refuses verdicts on an older shape and takes the others', async () => {
    const change = {
      ord: 1,
      state: 'running',
      attempt: 1,
      parts: 0,
      shapeOffset: 2,
      started: true,
      finalOffset: null,
    }
    await appendEvents(app, [{ ...job, events: 3 }], { jobs: [change], steps: [], gates: [] })
    expect(
      await appendEvents(app, [
        { ...job, events: 1, shapeSeq: 1 },
        { ...other, events: 1 },
      ]),
    ).toMatchObject([{ status: 'stale', head: 4 }, { status: 'appended' }])
    expect(await seqsOf(owner, job)).toEqual([1, 2, 3, 4])
    expect(await appendEvents(app, [{ ...job, events: 1, shapeSeq: 3 }])).toMatchObject([{ status: 'appended' }])
  })

  test('refuses a head that is not the expected one and takes the others', async () => {
    await appendEvents(app, [{ ...job, events: 1 }])
    expect(
      await appendEvents(app, [
        { ...job, events: 1, expected: 1 },
        { ...other, events: 1, expected: 1 },
      ]),
    ).toMatchObject([{ status: 'moved', head: 2 }, { status: 'appended' }])
    expect(await seqsOf(owner, job)).toEqual([1, 2])
  })

  test('takes nothing for a job that is unknown or of another organisation', async () => {
    const lanes = [
      { ...job, orgId: randomUUID(), events: 1 },
      { orgId, jobId: randomUUID(), events: 1 },
    ]
    expect(await appendEvents(app, lanes)).toMatchObject([{ status: 'busy' }, { status: 'busy' }])
    expect(await seqsOf(owner, job)).toEqual([1])
  })

  test('takes nothing of a call in which one id is known to its job', async () => {
    const id = randomUUID()
    await appendEvents(app, [{ ...job, events: 1, ids: [id] }])
    const lanes = [
      { ...other, events: 2 },
      { ...job, events: 2, ids: [randomUUID(), id] },
    ]
    await expect(appendEvents(app, lanes)).rejects.toMatchObject({ code: '23505' })
    expect(await seqsOf(owner, job)).toEqual([1, 2])
    expect(await seqsOf(owner, other)).toEqual([1])
    // An id belongs to its job: another one may use it.
    expect(await appendEvents(app, [{ ...other, events: 1, ids: [id] }])).toMatchObject([{ status: 'appended' }])
  })

  test('never records a time before that of the head, whatever the clock says', async () => {
    const future = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000)
    await owner`
      insert into waybill.job_events
        (org_id, job_id, seq, id, type, occurred_at, recorded_at, redactions, shape, commitment)
      values (${orgId}, ${job.jobId}, 2, ${randomUUID()}, 'step.output', now(), ${future}, '[]', '{}', '')`
    const answers = await appendEvents(app, [
      { ...job, events: 2 },
      { ...other, events: 1 },
    ])
    expect(answers[0]?.recordedAt).toEqual(future)
    expect(answers[1]?.recordedAt.getTime()).toBeLessThan(future.getTime())
    const rows = await owner`select recorded_at from waybill.job_events where job_id = ${job.jobId} and seq > 1`
    expect(rows).toEqual(Array(3).fill({ recorded_at: future }))
  })

  test('records times in whole milliseconds, which is what an envelope shows', async () => {
    for (let round = 0; round < 10; round++) await appendEvents(app, [{ ...job, events: 1 }])
    const rows = await owner`
      select seq from waybill.job_events
      where job_id = ${job.jobId} and recorded_at <> date_trunc('milliseconds', recorded_at)`
    expect(rows).toEqual([])
  })

  test('writes one line of the change feed for each job, under one transaction', async () => {
    await appendEvents(app, [
      { ...job, events: 5 },
      { ...other, events: 1 },
    ])
    const [, ofJob] = await journal.flushesOf(job)
    const [, ofOther] = await journal.flushesOf(other)
    expect([ofJob, ofOther]).toMatchObject([
      { first: 2, last: 6 },
      { first: 2, last: 2 },
    ])
    expect(ofJob?.xid).toBe(ofOther?.xid)
  })

  test('leaves the rows of a job alone unless its shape changed', async () => {
    const version = () => owner`select xmin::text, ctid::text, shape_seq::int from waybill.jobs where id = ${job.jobId}`
    const before = await version()
    await appendEvents(app, [{ ...job, events: 100 }])
    expect(await version()).toEqual(before)
  })
})
