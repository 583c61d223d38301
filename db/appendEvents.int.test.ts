import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { migrate } from '#db/migrate.ts'
import { createDatabase } from '#testing/database.ts'
import { postgresServers } from '#testing/postgresServers.ts'
import { appendEvents, createJob, newOrg, type SqlJob, seqsOf } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('on $name', ({ start }) => {
  const opened = new AsyncDisposableStack()
  let owner: Sql
  let app: Sql
  let orgId: string
  let job: SqlJob
  let other: SqlJob

  beforeAll(async () => {
    const server = opened.use(await start())
    const database = opened.use(await createDatabase(server.url))
    await migrate({ url: database.url })
    owner = postgres(database.url, { max: 4, onnotice: () => {} })
    app = openDatabase({ url: database.url, max: 4 })
    opened.defer(() => owner.end())
    opened.defer(() => app.end())
    orgId = await newOrg(owner)
  })

  afterAll(() => opened.disposeAsync())

  beforeEach(async () => {
    job = { orgId, jobId: (await createJob(app, orgId)).jobId }
    other = { orgId, jobId: (await createJob(app, orgId)).jobId }
  })

  type Flush = { first: number; last: number; xid: string }

  async function flushesOf({ jobId }: SqlJob): Promise<Flush[]> {
    return await owner<Flush[]>`
      select first_seq::int as first, last_seq::int as last, xid::text as xid from waybill.flushes
      where job_id = ${jobId} order by first_seq`
  }

  describe('append_events', () => {
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
        for (const { first, last } of await flushesOf(lane)) {
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
      expect(await flushesOf(job)).toHaveLength(1)
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
      const [, ofJob] = await flushesOf(job)
      const [, ofOther] = await flushesOf(other)
      expect([ofJob, ofOther]).toMatchObject([
        { first: 2, last: 6 },
        { first: 2, last: 2 },
      ])
      expect(ofJob?.xid).toBe(ofOther?.xid)
    })

    test('leaves the rows of a job alone unless its shape changed', async () => {
      const version = () =>
        owner`select xmin::text, ctid::text, shape_seq::int from waybill.jobs where id = ${job.jobId}`
      const before = await version()
      await appendEvents(app, [{ ...job, events: 100 }])
      expect(await version()).toEqual(before)
    })
  })

  describe('the changes of shapes', () => {
    const step = {
      ord: 1,
      attempt: 1,
      id: 's',
      run: 1,
      name: 's',
      kind: null,
      parent: null,
      explicit: false,
      outcome: null,
    }
    const gate = { ord: 1, attempt: 1, id: 'g', run: 1, name: 'Review', explicit: true, passed: null }
    const change = { ord: 1, state: 'running', attempt: 1, parts: 2, started: false, finalOffset: null }

    const stepsOf = () => owner`
      select step_id, run, name, kind, parent_step_id, explicit, outcome, started_seq::int, ended_seq::int,
        changed_seq::int, started_at = ended_at as at_once
      from waybill.steps where job_id = ${job.jobId} order by started_seq`

    test('place parts by their offsets, and later ones change the same rows', async () => {
      const [begun] = await appendEvents(app, [{ ...job, events: 4 }], {
        jobs: [{ ...change, shapeOffset: 4, started: true }],
        steps: [
          { ...step, start: 2, end: null, changed: 2 },
          {
            ...step,
            id: 't',
            name: 'T',
            kind: 'task',
            parent: 's',
            explicit: true,
            start: 3,
            end: 4,
            outcome: 'error',
            changed: 4,
          },
        ],
        gates: [{ ...gate, start: 1, end: null, changed: 1 }],
      })
      expect(await stepsOf()).toMatchObject([
        { step_id: 's', name: 's', explicit: false, started_seq: 3, ended_seq: null, outcome: null, changed_seq: 3 },
        {
          step_id: 't',
          kind: 'task',
          parent_step_id: 's',
          started_seq: 4,
          ended_seq: 5,
          outcome: 'error',
          at_once: true,
        },
      ])
      const [ended] = await appendEvents(app, [{ ...job, events: 2, shapeSeq: 5 }], {
        jobs: [{ ...change, state: 'success', shapeOffset: 2, finalOffset: 2 }],
        steps: [{ ...step, name: 'Build', explicit: true, start: 1, end: null, changed: 1 }],
        gates: [{ ...gate, start: null, end: 1, passed: false, changed: 1 }],
      })
      expect((await stepsOf())[0]).toMatchObject({
        step_id: 's',
        name: 'Build',
        explicit: true,
        // It began with the output that named it first.
        started_seq: 3,
        changed_seq: 6,
      })
      expect(
        await owner`select name, passed, started_seq::int, ended_seq::int, changed_seq::int from waybill.gates
          where job_id = ${job.jobId}`,
      ).toEqual([{ name: 'Review', passed: false, started_seq: 2, ended_seq: 6, changed_seq: 6 }])
      expect(
        await owner`select state, parts, shape_seq::int, final_seq::int, started_at, completed_at from waybill.jobs
          where id = ${job.jobId}`,
      ).toEqual([
        {
          state: 'success',
          parts: 2,
          shape_seq: 7,
          final_seq: 7,
          started_at: begun?.recordedAt,
          completed_at: ended?.recordedAt,
        },
      ])
    })

    test('end a step that began in an earlier call', async () => {
      await appendEvents(app, [{ ...job, events: 1 }], {
        jobs: [{ ...change, shapeOffset: 1 }],
        steps: [{ ...step, name: 'Build', start: 1, end: null, changed: 1 }],
        gates: [],
      })
      await appendEvents(app, [{ ...job, events: 1, shapeSeq: 2 }], {
        jobs: [{ ...change, shapeOffset: 1 }],
        steps: [{ ...step, name: 'not its name', start: null, end: 1, outcome: 'timeout', changed: 1 }],
        gates: [],
      })
      expect(await stepsOf()).toMatchObject([
        { name: 'Build', started_seq: 2, ended_seq: 3, outcome: 'timeout', changed_seq: 3 },
      ])
    })

    test('are taken only for the jobs whose events were', async () => {
      const changes = {
        jobs: [
          { ...change, shapeOffset: 1 },
          { ...change, ord: 2, shapeOffset: 1 },
        ],
        steps: [
          { ...step, start: 1, end: null, changed: 1 },
          { ...step, ord: 2, start: 1, end: null, changed: 1 },
        ],
        gates: [{ ...gate, start: 1, end: 1, passed: true, changed: 1 }],
      }
      const answers = await appendEvents(
        app,
        [
          { ...job, events: 1, shapeSeq: 99 },
          { ...other, events: 1 },
        ],
        changes,
      )
      expect(answers).toMatchObject([{ status: 'stale' }, { status: 'appended' }])
      expect(
        await owner`
          select j.id, j.state, (select count(*)::int from waybill.steps s where s.job_id = j.id) as steps,
            (select count(*)::int from waybill.gates g where g.job_id = j.id) as gates
          from waybill.jobs j where j.id in (${job.jobId}, ${other.jobId}) order by j.state`,
      ).toEqual([
        { id: job.jobId, state: 'pending', steps: 0, gates: 0 },
        { id: other.jobId, state: 'running', steps: 1, gates: 0 },
      ])
    })
  })

  describe('create_job', () => {
    test('records the job with its first event and a line of the change feed', async () => {
      const { jobId, created, recordedAt } = await createJob(app, orgId)
      expect(created).toBe(true)
      expect(
        await owner`
          select j.state, j.attempt, j.parts, j.shape_seq::int, j.created_at, e.type, e.recorded_at, e.occurred_at
          from waybill.jobs j join waybill.job_events e on e.job_id = j.id and e.seq = 1 where j.id = ${jobId}`,
      ).toEqual([
        {
          state: 'pending',
          attempt: 1,
          parts: 0,
          shape_seq: 1,
          created_at: recordedAt,
          type: 'job.created',
          recorded_at: recordedAt,
          occurred_at: recordedAt,
        },
      ])
      expect(await flushesOf({ orgId, jobId })).toMatchObject([{ first: 1, last: 1 }])
    })

    test('finds the job that the same request made, also when both come at once', async () => {
      const requestId = randomUUID()
      const made = await Promise.all(Array.from({ length: 8 }, () => createJob(app, orgId, { requestId })))
      expect(made.filter(({ created }) => created)).toHaveLength(1)
      const [first] = made
      for (const { jobId, payload } of made)
        expect({ jobId, payload }).toEqual({ jobId: first?.jobId, payload: first?.payload })
      const [row] = await owner<{ jobs: number; events: number }[]>`
        select count(*)::int as jobs, (select count(*)::int from waybill.job_events where job_id = ${first?.jobId ?? ''}) as events
        from waybill.jobs where request_id = ${requestId}`
      expect(row).toEqual({ jobs: 1, events: 1 })
    })

    test('takes the same requestId of another organisation for another request', async () => {
      const requestId = randomUUID()
      const { jobId } = await createJob(app, orgId, { requestId })
      const elsewhere = await createJob(app, await newOrg(owner), { requestId })
      expect(elsewhere.created).toBe(true)
      expect(elsewhere.jobId).not.toBe(jobId)
    })
  })
})
