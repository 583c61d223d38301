import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresServers } from '#testing/postgresServers.ts'
import { createJob, newOrg, openSqlJournal, type SqlJournal } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('create_job on $name', ({ start }) => {
  let journal: SqlJournal
  let owner: Sql
  let app: Sql
  let orgId: string

  beforeAll(async () => {
    journal = await openSqlJournal(start)
    ;({ owner, app, orgId } = journal)
  })
  afterAll(() => journal[Symbol.asyncDispose]())

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
    expect(await journal.flushesOf({ orgId, jobId })).toMatchObject([{ first: 1, last: 1 }])
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
