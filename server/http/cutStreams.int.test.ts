import { get } from 'node:http'
import { createParser } from 'eventsource-parser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { openFaultProxy } from '#testing/faultProxy.ts'
import { type Caller, emit, makeJob } from '#testing/httpDoor.ts'

let server: ApiServer
let door: Caller

beforeAll(async () => {
  server = await openApiServer()
  const { key } = await server.newKey(await server.newOrg())
  door = { url: server.url, key }
})
afterAll(() => server[Symbol.asyncDispose]())

/** What a reader made of a stream until it broke off: `id event` of each whole message, as EventSource would tell them. */
type Read = { status: number; messages: string[]; lastId: string | undefined; bytes: number }

function read(path: string, port: number, lastId?: string): Promise<Read> {
  return new Promise((resolve) => {
    const result: Read = { status: 0, messages: [], lastId, bytes: 0 }
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        result.messages.push(`${id} ${event} ${JSON.parse(data).payload?.text ?? ''}`)
        result.lastId = id
      },
    })
    const decoder = new TextDecoder()
    const headers = { authorization: `Bearer ${door.key}`, ...(lastId !== undefined && { 'last-event-id': lastId }) }
    const request = get({ port, path, headers, agent: false }, (response) => {
      result.status = response.statusCode ?? 0
      response.on('data', (chunk: Buffer) => {
        result.bytes += chunk.length
        parser.feed(decoder.decode(chunk, { stream: true }))
      })
      response.on('error', () => {})
      response.on('close', () => resolve(result))
    })
    request.on('error', () => resolve(result))
  })
}

/** Readers at once; each has a proxy of its own. */
const READERS = 4

it('loses and repeats nothing wherever a stream is cut: at every byte of its frames', async () => {
  const jobId = await makeJob(door)
  const text = 'two\nlines \u2028 é😀 id: 7\r\n'
  await emit(door, jobId, [
    { type: 'job.started', payload: {} },
    { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text } },
    { type: 'job.completed', payload: {} },
  ])
  const path = `/runner-jobs/${jobId}/events/stream`
  const port = Number(new URL(server.url).port)
  const whole = await read(path, port)
  expect(whole.messages).toEqual([
    '1 job.created ',
    '2 job.started ',
    `3 step.output ${text}`,
    '4 job.completed ',
    '4 caught-up ',
    '4 end ',
  ])
  const cuts = new Set<number>()
  await Promise.all(
    Array.from({ length: READERS }, async (_, reader) => {
      await using proxy = await openFaultProxy(port)
      for (let at = reader; at <= whole.bytes; at += READERS) {
        let left = at
        // Everything after the head of the answer; what is in front of the first frame, too.
        const stop = proxy.intercept('toClient', '', ({ chunk, cut }) => {
          const head = chunk.indexOf('HTTP/1.1') === 0 ? chunk.indexOf('\r\n\r\n') + 4 : 0
          const kept = Math.min(chunk.length, head + left)
          left -= kept - head
          if (kept < chunk.length) cut()
          return chunk.subarray(0, kept)
        })
        const first = await read(path, proxy.port)
        stop()
        cuts.add(at)
        const rest = first.messages.at(-1) === '4 end ' ? null : await read(path, port, first.lastId)
        const events = [...first.messages, ...(rest?.messages ?? [])].filter((message) => / job| step/.test(message))
        expect(events, `cut after ${at} bytes`).toEqual(whole.messages.slice(0, 4))
        // Whoever has it all is not given the end again: it is told that nothing can follow.
        if (rest) expect(rest.status).toBe(first.lastId === '4' ? 204 : 200)
      }
    }),
  )
  expect(cuts.size).toBe(whole.bytes + 1)
  // Some 3,000 connections.
}, 180_000)
