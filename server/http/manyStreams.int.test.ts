import { EventSource } from 'eventsource'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Caller, emit, makeJob, send } from '#testing/httpDoor.ts'
import { waitFor } from '#testing/waitFor.ts'

const output = (text: string) =>
  ({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } }) satisfies Parameters<
    typeof emit
  >[2][number]

/** The two ways to follow a job over HTTP, from a seq on. */
const ways = {
  stream: (jobId: string, after: number) => `/runner-jobs/${jobId}/events/stream?after=${after}`,
  subscription: (jobId: string, after: number) =>
    `/api/trpc/events.follow?input=${encodeURIComponent(JSON.stringify({ jobId, lastEventId: String(after) }))}`,
}

async function openDoor(server: ApiServer): Promise<Caller> {
  return { url: server.url, key: (await server.newKey(await server.newOrg())).key }
}

/** Opens it and leaves it open, unread. */
async function hold(door: Caller, path: string) {
  const leaving = new AbortController()
  const init = { headers: { authorization: `Bearer ${door.key}` }, signal: leaving.signal }
  const response = await fetch(`${door.url}${path}`, init)
  return { status: response.status, [Symbol.dispose]: () => leaving.abort() }
}

describe('a server with room for three streams, two of them of one organisation', () => {
  let server: ApiServer
  let door: Caller
  let jobId: string
  const followers = () => server.services.live.stats().followers

  beforeAll(async () => {
    server = await openApiServer({ streams: { most: 3, mostPerOrg: 2 } })
    door = await openDoor(server)
    jobId = await makeJob(door)
  })

  afterAll(() => server[Symbol.asyncDispose]())

  it('refuses the next one of the organisation, then the next one of anybody, and has room again once one has left', async () => {
    const [other, third] = [await openDoor(server), await openDoor(server)]
    const [theirs, last] = [await makeJob(other), await makeJob(third)]
    {
      using _one = await hold(door, ways.stream(jobId, 0))
      using _two = await hold(door, ways.subscription(jobId, 0))
      await waitFor(() => followers() === 2)
      const own = await send(door, { path: ways.stream(jobId, 0) })
      expect(own).toMatchObject({ status: 503, body: { code: 'TOO_MANY_STREAMS', status: 503 } })
      expect((own.body as { detail: string }).detail).toMatch(/^Your organisation has 2 streams open .*_PER_ORG/)
      expect(own.headers.get('retry-after')).toBe('5')
      using three = await hold(other, ways.stream(theirs, 0))
      expect(three.status).toBe(200)
      const full = await send(third, { path: ways.stream(last, 0) })
      expect(full).toMatchObject({ status: 503, body: { code: 'TOO_MANY_STREAMS' } })
      expect((full.body as { detail: string }).detail).toMatch(/^This server has 3 streams open/)
    }
    await waitFor(() => followers() === 0)
    using again = await hold(third, ways.stream(last, 0))
    expect(again.status).toBe(200)
    expect(server.services.requests.refusals.get('TOO_MANY_STREAMS')).toBe(2)
    expect(server.logLines.join('')).not.toContain('TOO_MANY_STREAMS')
  })

  it('tells a subscription so inside its stream, where its client looks, and when to come back', async () => {
    await waitFor(() => followers() === 0)
    using _one = await hold(door, ways.stream(jobId, 0))
    using _two = await hold(door, ways.stream(jobId, 0))
    const { status, text } = await send(door, { path: ways.subscription(jobId, 0) })
    expect(status).toBe(200)
    expect(text).toMatch(/^retry: \d{4}\n\n/)
    const error = JSON.parse(/event: serialized-error\ndata: (.*)/.exec(text)?.[1] ?? '')
    // -32603: tRPC's clients come back by themselves.
    expect(error).toMatchObject({ code: -32603, data: { code: 'TOO_MANY_STREAMS', httpStatus: 503 } })
  })

  it('gives an EventSource, which no status would bring back, a stream that says why and when', async () => {
    await waitFor(() => followers() === 0)
    using _one = await hold(door, ways.stream(jobId, 0))
    using _two = await hold(door, ways.stream(jobId, 0))
    const answer = await send(door, { path: ways.stream(jobId, 0), headers: { accept: 'text/event-stream' } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    const [, retry, problem] = /^retry: (\d+)\n\nevent: refused\ndata: (.*)\n\n$/.exec(answer.text) ?? []
    expect(Number(retry)).toBeGreaterThanOrEqual(5000)
    expect(Number(retry)).toBeLessThanOrEqual(15_000)
    expect(JSON.parse(problem ?? '')).toMatchObject({ code: 'TOO_MANY_STREAMS', status: 503 })
    // What will not pass stays a status.
    const foreign = await openDoor(server)
    const none = await send(foreign, { path: ways.stream(jobId, 0), headers: { accept: 'text/event-stream' } })
    expect(none).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  })

  it('is followed by an EventSource as soon as there is room', async () => {
    await waitFor(() => followers() === 0)
    const seen: string[] = []
    let source: EventSource
    {
      using _one = await hold(door, ways.stream(jobId, 0))
      using _two = await hold(door, ways.stream(jobId, 0))
      const fetchWithKey: typeof fetch = (url, init) =>
        fetch(url, { ...init, headers: { ...(init?.headers ?? {}), authorization: `Bearer ${door.key}` } })
      source = new EventSource(`${door.url}${ways.stream(jobId, 0)}`, { fetch: fetchWithKey })
      for (const name of ['refused', 'job.created', 'caught-up']) {
        source.addEventListener(name, ({ type }) => seen.push(type))
      }
      await waitFor(() => seen.includes('refused'))
    }
    await waitFor(() => seen.includes('caught-up'))
    source.close()
    expect(seen.filter((name) => name !== 'refused')).toEqual(['job.created', 'caught-up'])
  })
})

describe('a server on which streams get old', () => {
  let server: ApiServer
  let door: Caller

  beforeAll(async () => {
    server = await openApiServer({ streams: { ageMs: 300 } })
    door = await openDoor(server)
  })

  afterAll(() => server[Symbol.asyncDispose]())

  it.each(Object.keys(ways) as (keyof typeof ways)[])(
    'ends each %s between two frames, and its reader misses nothing',
    async (way) => {
      const jobId = await makeJob(door, { start: true })
      const aged = () => server.services.requests.ends.get('age') ?? 0
      const before = aged()
      const emitting = (async () => {
        for (let n = 0; n < 400; n++) await emit(door, jobId, [output(`${n} ${'x'.repeat(3000)}\n`)])
        await emit(door, jobId, [{ type: 'job.completed', payload: {} }])
      })()
      const ids: number[] = []
      let connections = 0
      for (let isOver = false; !isOver; connections++) {
        const { status, text } = await send(door, { path: ways[way](jobId, ids.at(-1) ?? 0) })
        expect(status).toBe(200)
        expect(text.endsWith('\n\n'), 'the last frame is whole').toBe(true)
        const frames = text.split('\n\n').filter((frame) => /"seq":/.test(frame))
        ids.push(...frames.map((frame) => Number(/^id: (\d+)$/m.exec(frame)?.[1])))
        isOver = /^event: (end|return)$/m.test(text)
      }
      await emitting
      expect(ids).toEqual(Array.from({ length: 403 }, (_, index) => index + 1))
      expect(connections).toBeGreaterThan(1)
      expect(aged() - before).toBe(connections - 1)
    },
  )
})
