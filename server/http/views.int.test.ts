import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CountsWindow } from '#domain/view/countPyramid.ts'
import type { LinePage } from '#domain/view/linePage.ts'
import type { JobOutline } from '#domain/view/outline.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Answer, type Caller, makeJob, type Sent, send } from '#testing/httpDoor.ts'

let server: ApiServer
let door: Caller
let jobId: string

const output = (stepId: string, text: string) => ({ type: 'step.output', payload: { stepId, stream: 'stdout', text } })

beforeAll(async () => {
  server = await openApiServer()
  door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
  jobId = await makeJob(door)
  const large = { callId: 'c', tool: 't', result: 'r'.repeat(5000) }
  const events = [
    { type: 'job.started', payload: {} },
    output('build', 'line\n'.repeat(999)),
    { type: 'ai.tool_called', payload: large },
    output('build', 'the last of page 0\nthe first of page 1\n'),
  ]
  await ask({ path: `/runner-jobs/${jobId}/events`, json: { events } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function ask(sent: Sent): Promise<Answer> {
  return send(door, sent)
}

const at = (rest: string, headers?: Record<string, string>) =>
  ask({ path: `/runner-jobs/${jobId}/${rest}`, ...(headers && { headers }) })

describe('the outline', () => {
  it('holds totals, state and all but output, the same through both doors', async () => {
    const { body } = await at('outline')
    const outline = body as JobOutline
    expect(outline).toMatchObject({ head: 5, state: 'running', next: null, totals: { events: 5, outputLines: 1001 } })
    expect(outline.events.map(({ seq, type, cut }) => [seq, type, cut])).toEqual([
      [1, 'job.created', undefined],
      [2, 'job.started', undefined],
      [3, 'step.output', true],
      [4, 'ai.tool_called', true],
    ])
    const input = encodeURIComponent(JSON.stringify({ jobId }))
    const viewed = await ask({ path: `/api/trpc/jobs.view?input=${input}` })
    expect(viewed.body).toEqual({ result: { data: outline } })
  })

  it('goes on after a seq', async () => {
    const { body } = await at('outline?after=3')
    expect((body as JobOutline).events.map(({ seq }) => seq)).toEqual([4])
  })
})

describe('one event', () => {
  it('is found by its seq and by its id, output too, and is the one that the page of events has', async () => {
    const { body } = await at('events?after=4')
    const [last] = (body as { events: { id: string; seq: number }[] }).events
    expect(last?.seq).toBe(5)
    expect((await at('events/5')).body).toEqual(last)
    expect((await at(`events/${last?.id.toUpperCase()}`)).body).toEqual(last)
    expect(await at(`events/${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })
})

describe('counts', () => {
  it('add up to all events, in at most as many buckets as asked for', async () => {
    for (const buckets of [1, 7, 8192]) {
      const counts = (await at(`counts?buckets=${buckets}`)).body as CountsWindow
      const lanes = Object.values(counts.kinds)
      expect(lanes.flat().reduce((sum, count) => sum + count, 0)).toBe(5)
      expect(Math.max(...lanes.map((lane) => lane.length))).toBeLessThanOrEqual(buckets)
      expect(counts.head).toBe(5)
    }
    expect(await at('counts?buckets=8193')).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    expect(await at('counts?buckets=0')).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
  })
})

describe('a page of lines', () => {
  it('that is full may be kept for ever, and the open one is asked for by its tag', async () => {
    const { epoch } = (await at('outline')).body as JobOutline
    const [fullPath, openPath] = [`lines/0?epoch=${epoch}`, `lines/1?epoch=${epoch}`]
    const [full, open] = [await at(fullPath), await at(openPath)]
    expect(full.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    expect(open.headers.get('cache-control')).toBe('private, no-cache')
    expect(full.body).toMatchObject({ page: 0, full: true, count: 1000, head: 5 } satisfies Partial<LinePage>)
    expect(open.body).toMatchObject({ page: 1, full: false, texts: ['the first of page 1'], seqs: [5], head: 5 })
    for (const [path, { headers }] of [
      [fullPath, full],
      [openPath, open],
    ] as const) {
      const etag = headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]+"$/)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await at(path, { 'if-none-match': known })
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag])
        expect(again.headers.get('cache-control')).toBe(headers.get('cache-control'))
      }
      expect((await at(path, { 'if-none-match': '"other"' })).status).toBe(200)
    }
  })

  it('is asked for by its tag also when it is full, unless it is of the history that the database holds now', async () => {
    for (const path of ['lines/0', 'lines/0?epoch=before-the-restore']) {
      const page = await at(path)
      expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
      expect((await at(path, { 'if-none-match': page.headers.get('etag') ?? '' })).status).toBe(304)
    }
    expect(await at(`lines/0?epoch=${'x'.repeat(101)}`)).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
  })

  it('changes its tag with its lines, until it is full; then never, also when more events come', async () => {
    const [full, open] = [await at('lines/0'), await at('lines/1')]
    await ask({ path: `/runner-jobs/${jobId}/events`, json: { events: [output('build', 'more\n')] } })
    const [fullNow, openNow] = [await at('lines/0'), await at('lines/1')]
    expect(fullNow.headers.get('etag')).toBe(full.headers.get('etag'))
    expect(fullNow.text).toBe(full.text)
    expect(openNow.headers.get('etag')).not.toBe(open.headers.get('etag'))
    expect(openNow.body).toMatchObject({ texts: ['the first of page 1', 'more'] })
  })

  it('is not there beyond the last', async () => {
    const answer = await at('lines/2')
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    expect((answer.body as { detail: string }).detail).toContain('pages 0 to 1')
  })
})

it('tells which line an event came with', async () => {
  expect((await at('lines?seq=4')).body).toMatchObject({ line: 1000, seq: 5 })
  expect((await at('lines?seq=3')).body).toMatchObject({ line: 1, seq: 3 })
  expect((await at('lines')).body).toMatchObject({ line: 1, seq: 3 })
  const { head, lines } = (await at('lines?seq=1')).body as { head: number; lines: number }
  expect((await at(`lines?seq=${head + 1}`)).body).toEqual({ line: lines + 1, seq: null, lines, head })
})

describe('a rebuild', () => {
  const told = (answer: Answer) =>
    answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  it('tells how far it is, and ends with what it did', async () => {
    const answer = await ask({ path: '/api/projections/rebuild', json: { jobId } })
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
    expect(told(answer).at(-1)).toMatchObject({ jobId, jobs: 1, ofJobs: 1, done: true })
    const all = told(await ask({ path: '/api/projections/rebuild', json: {} }))
    expect(all.at(-1)).toMatchObject({ jobs: 1, ofJobs: 1, done: true })
  })

  it('of an organisation without jobs has nothing to do', async () => {
    const { key } = await server.newKey(await server.newOrg())
    const answer = await ask({ path: '/api/projections/rebuild', json: {}, key })
    expect(told(answer)).toEqual([{ jobId: '', jobs: 0, ofJobs: 0, events: 0, ofEvents: 0, done: true }])
  })

  it('of a job that is not there is refused with its status', async () => {
    const answer = await ask({ path: '/api/projections/rebuild', json: { jobId: randomUUID() } })
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })
})
