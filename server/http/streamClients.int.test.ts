import { EventSource } from 'eventsource'
import { createEventSource } from 'eventsource-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Caller, emit, makeJob } from '#testing/httpDoor.ts'

/** What a client got until it gave up by itself: `id event` of each message, and the status of each of its requests. */
type Followed = { messages: string[]; statuses: number[] }

type Client = (request: { url: string; key: string; events: readonly string[] }) => Promise<Followed>

/** Clients that come back for ever, as the standard wants, until a 204 tells them not to. None looks at `end`. */
const clients: Record<string, Client> = {
  eventsource: ({ url, key, events }) =>
    new Promise((resolve) => {
      const followed: Followed = { messages: [], statuses: [] }
      const source = new EventSource(url, { fetch: counting(followed, key) })
      for (const name of events) {
        source.addEventListener(name, ({ lastEventId, type }) => followed.messages.push(`${lastEventId} ${type}`))
      }
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve(followed)
      })
    }),
  'eventsource-client': ({ url, key }) =>
    new Promise((resolve) => {
      const followed: Followed = { messages: [], statuses: [] }
      const source = createEventSource({
        url,
        fetch: counting(followed, key),
        onMessage: ({ id, event }) => followed.messages.push(`${id} ${event}`),
        // Called just before it closes itself.
        onDisconnect: () => queueMicrotask(() => source.readyState === 'closed' && resolve(followed)),
      })
    }),
}

function counting({ statuses }: Followed, key: string) {
  return async (url: string | URL, init: { headers?: Record<string, string> } & object = {}) => {
    const response = await fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } })
    statuses.push(response.status)
    return response
  }
}

const story: Draft[] = [
  { type: 'job.started', payload: {} },
  { type: 'gate.started', payload: { gateId: 'g', name: 'G' } },
  { type: 'gate.passed', payload: { gateId: 'g' } },
  { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'x' } },
  { type: 'job.completed', payload: {} },
]

let server: ApiServer
let door: Caller

beforeAll(async () => {
  server = await openApiServer()
  door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
})

afterAll(() => server[Symbol.asyncDispose]())

describe.concurrent.each(Object.entries(clients))('%s', (_name, follow) => {
  it.each([
    ['types=gate.*', ['gate.started', 'gate.passed'], ['3 gate.started', '4 gate.passed', '6 caught-up', '6 end']],
    ['types=ai.*', ['ai.tool_called'], ['6 caught-up', '6 end']],
    ['types=job.completed', ['job.completed'], ['6 job.completed', '6 caught-up', '6 end']],
    ['after=6', [], ['6 caught-up', '6 end']],
  ])('ends and stays ended on a stream with %s of a job that is over', async (query, types, messages) => {
    const jobId = await makeJob(door)
    await emit(door, jobId, story)
    const url = `${door.url}/runner-jobs/${jobId}/events/stream?${query}`
    const followed = await follow({ url, key: door.key, events: [...types, 'caught-up', 'end'] })
    // Once to read, and once more, with the id of the control frame, to be told that nothing can follow.
    expect(followed).toEqual({ messages, statuses: [200, 204] })
  })

  it('ends and stays ended when a job ends under it with what its filter hides', async () => {
    const jobId = await makeJob(door)
    const url = `${door.url}/runner-jobs/${jobId}/events/stream?types=gate.*`
    const following = follow({ url, key: door.key, events: ['gate.started', 'gate.passed', 'end'] })
    for (const draft of story) await emit(door, jobId, [draft])
    const { messages, statuses } = await following
    expect(messages.filter((message) => !message.endsWith('caught-up'))).toEqual([
      '3 gate.started',
      '4 gate.passed',
      '6 end',
    ])
    expect(statuses).toEqual([200, 204])
  })
})
