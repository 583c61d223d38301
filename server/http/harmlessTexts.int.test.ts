import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import type { JobStatus } from '#domain/job/served.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { harmlessTexts } from '#testing/badInput/corpus.ts'
import { jobOf, storyOf } from '#testing/badInput/storyOf.ts'
import { type Caller, emit, eventsOf, send } from '#testing/httpDoor.ts'
import { collectEvents, openTrpc } from '#testing/trpcDoor.ts'
import { testValkeyUrl } from '#testing/valkey.ts'

let server: ApiServer
let door: Caller

beforeAll(async () => {
  server = await openApiServer({ valkeyUrl: testValkeyUrl() })
  door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
})

afterAll(() => server[Symbol.asyncDispose]())

/** What a reader of the stream gets, by a parser that knows nothing of us, until the stream ends. */
async function stream(jobId: string): Promise<Event[]> {
  const messages: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => messages.push(message) })
  const response = await fetch(`${door.url}/runner-jobs/${jobId}/events/stream`, {
    headers: { authorization: `Bearer ${door.key}` },
  })
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) parser.feed(chunk)
  return messages.filter(({ event }) => event?.includes('.')).map(({ data }) => JSON.parse(data))
}

describe('every reader gets back, byte for byte,', () => {
  it.each(Object.entries(harmlessTexts))('%s', async (_name, text) => {
    const trpc = openTrpc(door)
    const job = jobOf(text)
    const made = await send(door, { path: '/api/jobs', json: job })
    expect(made.status).toBe(201)
    const { id } = made.body as { id: string }
    const story = storyOf(text)
    const live = Promise.all([stream(id), collectEvents(trpc, id)])
    for (const draft of story) expect((await emit(door, id, [draft])).status).toBe(200)

    const stored = await eventsOf(door, id)
    expect(stored.map(({ type, payload }) => ({ type, payload }))).toStrictEqual([
      { type: 'job.created', payload: job },
      ...story.map(({ type, payload }) => ({ type, payload })),
    ])
    expect(stored.flatMap(({ source }) => source ?? [])).toEqual([text, text, text])
    const [streamed, subscribed] = await live
    expect(streamed).toStrictEqual(stored)
    expect(subscribed).toStrictEqual(stored)
    expect(await stream(id)).toStrictEqual(stored)
    expect((await trpc.events.list.query({ jobId: id, limit: 1000 })).events).toStrictEqual(stored)
    expect((await trpc.events.list.query({ jobId: id, stepId: text })).events).toStrictEqual(
      stored.filter(({ type, payload }) => type.startsWith('step.') && 'stepId' in payload && payload.stepId === text),
    )

    const { body } = await send(door, { path: `/api/jobs/${id}` })
    const { logs, output, metadata } = (body as JobStatus).job
    expect(logs.join('\n')).toBe(text.replace(/\n$/, ''))
    expect(output).toStrictEqual({ text, [`key ${text}`]: [text] })
    expect(metadata).toMatchObject({ action: text, requestId: job.requestId, inputs: job.inputs })
    const summary = { title: text, labels: job.labels, action: text, requestId: job.requestId }
    expect(await trpc.jobs.summary.query({ jobId: id })).toMatchObject(summary)
    const found = await trpc.jobs.list.query({ action: text, text })
    expect(found.jobs).toEqual([expect.objectContaining({ id, ...summary })])

    const { steps, gates } = await trpc.steps.list.query({ jobId: id })
    expect(steps.map(({ stepId, name, kind, parentStepId }) => [stepId, name, kind, parentStepId])).toEqual([
      [text, text, text, null],
      [`${text}2`, text, null, text],
    ])
    expect(gates.map(({ gateId, name }) => [gateId, name])).toEqual([[text, text]])
  })
})
