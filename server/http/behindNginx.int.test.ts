import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Caller, emit, makeJob } from '#testing/httpDoor.ts'
import { startNginx, type TestNginx } from '#testing/nginx.ts'
import { openTrpc } from '#testing/trpcDoor.ts'
import { waitFor } from '#testing/waitFor.ts'

const output = (n: number): Draft => ({
  type: 'step.output',
  payload: { stepId: 's', stream: 'stdout', text: `line ${n}\n` },
})

let server: ApiServer
let nginx: TestNginx
/** through nginx, and past it */
let door: Caller
let behind: Caller

beforeAll(async () => {
  server = await openApiServer()
  const { key } = await server.newKey(await server.newOrg())
  behind = { url: server.url, key }
  nginx = await startNginx(server.url)
  door = { url: nginx.url, key }
})

afterAll(async () => {
  await nginx[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** Every await below is on a stream that stays open: an event that is held back would never come. */
describe('through nginx with its default buffering and with compression', () => {
  it.each([
    ['gzip', 'gzip'],
    ['identity', null],
  ])('no event is held back from a reader that accepts %s', async (accepted, encoding) => {
    const jobId = await makeJob(behind)
    const ended = new AbortController()
    const response = await fetch(`${door.url}/runner-jobs/${jobId}/events/stream`, {
      headers: { authorization: `Bearer ${door.key}`, 'accept-encoding': accepted },
      signal: ended.signal,
    })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const messages: EventSourceMessage[] = []
    const parser = createParser({ onEvent: (message) => messages.push(message) })
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
    const until = async (id: string) => {
      while (messages.at(-1)?.id !== id) parser.feed((await reader.read()).value ?? '')
    }
    await until('1')
    for (let n = 2; n < 50; n++) {
      await emit(behind, jobId, [output(n)])
      await until(String(n))
    }
    ended.abort()
    expect(messages.filter(({ event }) => event === 'step.output').map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 48 }, (_, index) => index + 2),
    )
  })

  it('no event is held back from a subscription', async () => {
    const jobId = await makeJob(behind)
    const seqs: number[] = []
    await new Promise<void>((resolve, reject) => {
      const subscription = openTrpc(door).events.follow.subscribe(
        { jobId },
        {
          onData: ({ data }) => {
            seqs.push(data.seq)
            if (data.seq < 50) return void emit(behind, jobId, [output(data.seq + 1)])
            subscription.unsubscribe()
            resolve()
          },
          onError: reject,
        },
      )
    })
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  it('readers that go away are given up', async () => {
    const jobId = await makeJob(behind)
    const ended = new AbortController()
    const init = { headers: { authorization: `Bearer ${door.key}` }, signal: ended.signal }
    const opened = await Promise.all(
      Array.from({ length: 10 }, () => fetch(`${door.url}/runner-jobs/${jobId}/events/stream`, init)),
    )
    expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 200))
    await waitFor(() => server.services.live.stats().followers >= 10)
    ended.abort()
    await waitFor(() => server.services.live.stats().followers === 0)
  })
})
