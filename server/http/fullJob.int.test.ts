import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import { openApiServer } from '#testing/apiServer.ts'
import { createTestDatabase, type TestDatabase } from '#testing/database.ts'
import { type Answer, type Caller, emit, headOf, makeJob, send } from '#testing/httpDoor.ts'

const opened = new AsyncDisposableStack()
let database: TestDatabase
let caller: Caller

beforeAll(async () => {
  database = opened.use(await createTestDatabase())
  const server = opened.use(await openApiServer({ databaseUrl: database.url }))
  caller = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
})

afterAll(() => opened.disposeAsync())

/** The same event through both ways in. */
async function emitBothWays(jobId: string, event: Draft): Promise<[Answer, unknown][]> {
  const [rest, trpc] = await Promise.all([
    emit(caller, jobId, [event]),
    send(caller, { path: '/api/trpc/events.emit', json: { jobId, events: [event] } }),
  ])
  return [
    [rest, rest.body],
    [trpc, (trpc.body as { error?: { data?: unknown } }).error?.data],
  ]
}

describe('a job with as many steps and gates as it may have', () => {
  it('takes no new one, with the number in the message, and goes on with those it has', async () => {
    const jobId = await makeJob(caller, { start: true })
    for (let from = 0; from < limits.parts; from += limits.eventsPerRequest) {
      const gates = Array.from({ length: limits.eventsPerRequest }, (_, i): Draft => {
        return { type: 'gate.started', payload: { gateId: `g${from + i}`, name: 'G' } }
      })
      expect((await emit(caller, jobId, gates)).status).toBe(200)
    }
    const head = await headOf(caller, jobId)
    for (const [answer, said] of await emitBothWays(jobId, { type: 'gate.passed', payload: { gateId: 'one more' } })) {
      expect(answer.status).toBe(409)
      expect(said).toMatchObject({ code: 'TOO_MANY_PARTS', index: 0, detail: expect.stringContaining('10000') })
    }
    expect(await headOf(caller, jobId)).toBe(head)
    expect((await emit(caller, jobId, [{ type: 'gate.passed', payload: { gateId: 'g7' } }])).status).toBe(200)
  })
})

describe('a job that somebody else keeps locked', () => {
  it('is busy once patience is over, and is recorded again once it is let go', async () => {
    const jobId = await makeJob(caller)
    const owner = postgres(database.url, { max: 1 })
    try {
      await owner.begin(async (session) => {
        await session`select 1 from waybill.jobs where id = ${jobId} for no key update`
        for (const [answer, said] of await emitBothWays(jobId, { type: 'job.started', payload: {} })) {
          expect(answer.status).toBe(503)
          expect(said).toMatchObject({ code: 'BUSY' })
          expect(answer.headers.get('retry-after')).toBe('1')
        }
        expect(await headOf(caller, jobId)).toBe(1)
      })
    } finally {
      await owner.end()
    }
    const good = await emit(caller, jobId, [{ type: 'job.started', payload: {} }])
    expect(good).toMatchObject({ status: 200, body: { lastSeq: 2 } })
  })
})
