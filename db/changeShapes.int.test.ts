import type { Sql } from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { postgresServers } from '#testing/postgresServers.ts'
import { appendEvents, openSqlJournal, type SqlJob, type SqlJournal } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('the shapes that append_events changes on $name', ({ start }) => {
  let journal: SqlJournal
  let owner: Sql
  let app: Sql
  let job: SqlJob
  let other: SqlJob

  beforeAll(async () => {
    journal = await openSqlJournal(start)
    ;({ owner, app } = journal)
  })
  afterAll(() => journal[Symbol.asyncDispose]())

  beforeEach(async () => {
    job = await journal.newJob()
    other = await journal.newJob()
  })

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
