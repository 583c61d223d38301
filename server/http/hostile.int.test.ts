import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EventType, eventTypes } from '#domain/events/catalogue.ts'
import { errorTable } from '#server/errors.ts'
import { serveApi } from '#server/http/serveApi.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { arbitraryPayloads } from '#testing/arbitraryDrafts.ts'

/**
 * Generated requests, 10,000 in all: whatever comes, the answer is a result or a refusal with a known code, never a 5xx,
 * and what was refused is not stored. Straight into the handlers, so that the time goes into requests.
 */
const RUNS = 2500

let server: ApiServer
let key: string

beforeAll(async () => {
  server = await openApiServer()
  key = (await server.newKey(await server.newOrg())).key
})

afterAll(() => server[Symbol.asyncDispose]())

type Answer = { status: number; body: unknown }

async function ask(path: string, body?: BodyInit, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await serveApi(
    new Request(`http://x${path}`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { method: 'POST', body }),
    }),
  )
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, body: isJson ? JSON.parse(text) : text }
}

async function newJob(): Promise<string> {
  const made = await ask('/api/jobs', JSON.stringify({ requestId: crypto.randomUUID(), action: 'a', inputs: {} }))
  return (made.body as { id: string }).id
}

async function headOf(jobId: string): Promise<number> {
  return ((await ask(`/runner-jobs/${jobId}/events?limit=1`)).body as { head: number }).head
}

function expectCalm({ status, body }: Answer): void {
  expect(status, JSON.stringify(body)).toBeLessThan(500)
  if (status < 400) return
  // A batch of calls that all failed alike has their status and an answer for each.
  for (const one of Array.isArray(body) ? body : [body]) expect(Object.keys(errorTable)).toContain(codeOf(one))
}

function codeOf(body: { code: string } | { error: { data: { code: string } } }): string {
  return 'code' in body ? body.code : body.error.data.code
}

/** Anything JSON.stringify prints, with what breaks databases and prototypes in it. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    '\0',
    '\ud800',
    '__proto__',
    1e308,
    -0,
    2 ** 53,
    '',
    [],
    {},
    null,
    '../..',
    "'; --",
    '\u2028',
  ),
  fc.dictionary(
    fc.constantFrom('__proto__', 'constructor', 'type', 'payload', 'id', '', '\0'),
    fc.jsonValue({ maxDepth: 1 }),
  ),
)

const goodEvent = fc
  .constantFrom(...eventTypes.filter((type) => type !== 'job.created'))
  .chain((type: EventType) => arbitraryPayloads[type].map((payload) => ({ type, payload: payload as object })))

/** A good event of which one part was replaced by anything, or that got a part too many. */
const bentEvent = fc.tuple(goodEvent, anything, fc.string(), fc.nat()).map(([event, value, name, pick]) => {
  const fields = Object.keys(event.payload)
  const field = fields[pick % Math.max(fields.length, 1)] ?? 'x'
  const bends: object[] = [
    { ...event, payload: { ...event.payload, [field]: value } },
    { ...event, payload: { ...event.payload, [name]: value } },
    { ...event, [name]: value },
    { ...event, type: value },
    { ...event, payload: value },
    { ...event, id: value },
    { ...event, occurredAt: value },
    { ...event, causedBy: value },
  ]
  return bends[pick % bends.length] ?? event
})

describe('generated requests', () => {
  it('with bent events are refused whole, or stored whole', async () => {
    let jobId = await newJob()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(goodEvent, bentEvent), { minLength: 1, maxLength: 4 }), async (events) => {
        const before = await headOf(jobId)
        const answer = await ask(`/runner-jobs/${jobId}/events`, JSON.stringify({ events }))
        expectCalm(answer)
        const after = await headOf(jobId)
        expect(after - before).toBe(answer.status === 200 ? events.length : 0)
        if (answer.status === 409) jobId = await newJob()
      }),
      { numRuns: RUNS },
    )
  }, 120_000)

  it('of any text and bytes are answered', async () => {
    const jobId = await newJob()
    const paths = fc.constantFrom('/api/jobs', `/runner-jobs/${jobId}/events`, '/api/trpc/events.emit', '/api/session')
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc
        .tuple(fc.json(), fc.nat(), fc.nat({ max: 255 }))
        .map(([text, at, byte]) =>
          new TextEncoder().encode(text).map((old, index) => (index === at % text.length ? byte : old)),
        ),
    )
    await fc.assert(
      fc.asyncProperty(paths, bytes, async (path, body) => expectCalm(await ask(path, Buffer.from(body)))),
      { numRuns: RUNS },
    )
    expect(await headOf(jobId)).toBe(1)
  }, 120_000)

  it('with any parameters are answered', async () => {
    const jobId = await newJob()
    const name = fc.constantFrom('after', 'before', 'limit', 'types', 'stepId', 'logs', 'input', 'batch', 'lastEventId')
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer().map(String),
      fc.json(),
      fc.constantFrom('%', '%00', '\0'),
    )
    const path = fc.constantFrom(
      `/runner-jobs/${jobId}/events`,
      `/api/jobs/${jobId}`,
      '/api/trpc/jobs.list',
      '/api/trpc/events.list,jobs.get',
    )
    const query = fc.array(
      fc.tuple(
        name,
        value.map((text) => text.toWellFormed()),
      ),
      { maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(path, query, async (where, pairs) =>
        expectCalm(await ask(`${where}?${new URLSearchParams(pairs)}`)),
      ),
      { numRuns: RUNS, examples: [['/api/trpc/events.list,jobs.get', [['batch', '1']]]] },
    )
  }, 120_000)

  it('of tRPC with any input are answered', async () => {
    const jobId = await newJob()
    const query = fc.constantFrom(
      'jobs.get',
      'jobs.list',
      'jobs.summary',
      'events.list',
      'steps.list',
      'session.get',
      'nothing',
    )
    const field = fc.constantFrom(
      'jobId',
      'state',
      'action',
      'userId',
      'text',
      'cursor',
      'limit',
      'after',
      'before',
      'types',
      'stepId',
    )
    const known = fc.constantFrom<unknown>(
      jobId,
      1,
      50,
      'running',
      ['step.*'],
      '2026-01-01T00:00:00.000Z_0190a0b0-0000-7000-8000-00000000000a',
    )
    const input = fc.oneof(fc.dictionary(field, fc.oneof(known, anything)), anything)
    await fc.assert(
      fc.asyncProperty(query, input, async (procedure, value) => {
        const text = JSON.stringify(value) ?? 'null'
        expectCalm(await ask(`/api/trpc/${procedure}?input=${encodeURIComponent(text.toWellFormed())}`))
      }),
      { numRuns: RUNS },
    )
  }, 120_000)
})
