import { getEventListeners } from 'node:events'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterEach, expect, test, vi } from 'vitest'
import type { EventType } from '#domain/events/catalogue.ts'
import { openEventStream } from '#server/live/eventStream.ts'
import { openMemoryLive, settle } from '#testing/memoryLive.ts'

afterEach(() => void vi.useRealTimers())

type Options = { after?: number; types?: EventType[]; heartbeatMs?: number; signal?: AbortSignal }

function open({ live, job, log }: ReturnType<typeof openMemoryLive>, { after = 0, signal, ...options }: Options = {}) {
  const stream = openEventStream({ live, job, after, signal: signal ?? new AbortController().signal, log, ...options })
  const next = async () => {
    const piece = await stream.next()
    return piece && new TextDecoder().decode(piece)
  }
  return { stream, next }
}

async function rest(next: () => Promise<string | null>): Promise<EventSourceMessage[]> {
  const messages: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => messages.push(message) })
  for (let chunk = await next(); chunk !== null; chunk = await next()) parser.feed(chunk)
  return messages
}
const idsAndTypes = (messages: EventSourceMessage[]) => messages.map(({ id, event }) => `${id} ${event}`)

test('begins with a retry time between one and three seconds', async () => {
  const stage = openMemoryLive()
  const times = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const { stream, next } = open(stage)
      const first = await next()
      stream.cancel()
      expect(first).toMatch(/^retry: \d{4}\n\n$/)
      return Number(first?.slice(7))
    }),
  )
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1000)
  expect(Math.max(...times)).toBeLessThanOrEqual(3000)
  expect(new Set(times).size).toBeGreaterThan(10)
})

test('sends history in one chunk, says once that it is caught up, and closes after end', async () => {
  const stage = openMemoryLive()
  stage.journal.add(stage.job.jobId, ['job.started', 'step.output'])
  const { next } = open(stage)
  await next()
  const history = await next()
  expect(history?.match(/^event: .*$/gm)).toEqual([
    'event: job.created',
    'event: job.started',
    'event: step.output',
    'event: caught-up',
  ])
  stage.live.publish(stage.journal.addOutput(stage.job.jobId, 2))
  expect((await next())?.match(/^id: .*$/gm)).toEqual(['id: 4', 'id: 5'])
  stage.live.publish(stage.journal.add(stage.job.jobId, ['job.completed']))
  expect((await next())?.split('\n\n').slice(1)).toEqual(['id: 6\nevent: end\ndata: {"head":6,"state":"success"}', ''])
  expect(await next()).toBeNull()
})

test('hands a large batch over in pieces, with no sign of life between them', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stage = openMemoryLive()
  stage.journal.add(stage.job.jobId, ['job.started', 'job.completed'])
  const text = 'x'.repeat(600_000)
  const live = {
    async *follow(request: Parameters<typeof stage.live.follow>[0]) {
      for await (const batch of stage.live.follow(request)) yield { ...batch, frames: () => Buffer.from(text) }
    },
  }
  const stream = openEventStream({ ...stage, live, after: 0, signal: new AbortController().signal })
  await stream.next()
  const pieces: string[] = []
  for (let piece = await stream.next(); piece && pieces.length < 9; piece = await stream.next()) {
    pieces.push(Buffer.from(piece).toString())
    vi.advanceTimersByTime(60_000)
  }
  expect(pieces.slice(0, 2).map((piece) => piece.length)).toEqual([256 * 1024, 256 * 1024])
  expect(pieces.join('')).toMatch(/^x{600000}id: 3\nevent: caught-up\n.*\n\nid: 3\nevent: end\n.*\n\n$/)
})

test.each(['age', 'credential'])('ends a stream, for its %s, with what is due of it', async (why) => {
  const stage = openMemoryLive()
  const frames = Buffer.from('x'.repeat(600_000))
  const live = {
    async *follow(request: Parameters<typeof stage.live.follow>[0]) {
      for await (const batch of stage.live.follow(request)) yield { ...batch, frames: () => frames }
    },
  }
  const ended = new AbortController()
  const ends: string[] = []
  const onEnd = (end: string) => ends.push(end)
  const stream = openEventStream({ ...stage, live, after: 0, signal: ended.signal, onEnd })
  await stream.next()
  const pieces = [await stream.next()]
  ended.abort(why)
  for (let piece = await stream.next(); piece; piece = await stream.next()) pieces.push(piece)
  const text = pieces.map((piece) => Buffer.from(piece ?? []).toString()).join('')
  // An old one ends behind the frame; one whose key was revoked gets not a byte more.
  expect(text.endsWith('\n\n')).toBe(why === 'age')
  expect(text.length > 600_000).toBe(why === 'age')
  expect(ends).toEqual(['left'])
})

test('sends frames that gathered while the reader was away as one chunk', async () => {
  const stage = openMemoryLive()
  const { next } = open(stage)
  await next()
  await next()
  for (let i = 0; i < 5; i++) stage.live.publish(stage.journal.addOutput(stage.job.jobId, 1))
  expect((await next())?.match(/^id: .*$/gm)).toEqual(['id: 2', 'id: 3', 'id: 4', 'id: 5', 'id: 6'])
})

test('answers a reader at the end of a job that is over with caught-up and end', async () => {
  const stage = openMemoryLive()
  stage.journal.add(stage.job.jobId, ['job.started', 'job.failed'])
  const messages = await rest(open(stage, { after: 3 }).next)
  expect(idsAndTypes(messages)).toEqual(['3 caught-up', '3 end'])
})

test('sends only the types asked for, counts all, and lets the control frames move the cursor', async () => {
  const stage = openMemoryLive()
  stage.journal.add(stage.job.jobId, ['job.started', 'step.output', 'gate.started', 'step.output'])
  const { next } = open(stage, { types: ['gate.started', 'gate.passed'] })
  await next()
  expect((await next())?.match(/^(id|event): .*$/gm)).toEqual([
    'id: 4',
    'event: gate.started',
    'id: 5',
    'event: caught-up',
  ])
  stage.live.publish(stage.journal.add(stage.job.jobId, ['step.output', 'gate.passed', 'job.completed']))
  expect(idsAndTypes(await rest(next))).toEqual(['7 gate.passed', '8 end'])
})

test('ends a filtered stream although the filter hides the final event', async () => {
  const stage = openMemoryLive()
  const { next } = open(stage, { types: ['gate.passed'] })
  await next()
  await next()
  stage.live.publish(stage.journal.add(stage.job.jobId, ['job.started', 'job.completed']))
  expect(idsAndTypes(await rest(next))).toEqual(['3 end'])
})

test('sends a comment without id into silence, one at a time', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stage = openMemoryLive()
  const { next } = open(stage, { heartbeatMs: 15_000 })
  await next()
  await next()
  const silence = next()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await silence).toBe(': hb\n\n')
  await vi.advanceTimersByTimeAsync(60_000)
  const again = next()
  await vi.advanceTimersByTimeAsync(15_000)
  expect(await again).toBe(': hb\n\n')
  stage.live.publish(stage.journal.addOutput(stage.job.jobId, 1))
  expect(await next()).toMatch(/^id: 2\n/)
})

test('asks for nothing while the reader takes nothing', async () => {
  const stage = openMemoryLive()
  stage.journal.addOutput(stage.job.jobId, 5000, 'x'.repeat(1000))
  const { next } = open(stage)
  await next()
  await next()
  await settle()
  const { reads } = stage.journal
  await settle()
  expect(stage.journal.reads).toBe(reads)
  expect(reads).toBeLessThanOrEqual(2)
})

test('frees everything when the reader goes away, also while it waits', async () => {
  const stage = openMemoryLive()
  const { stream, next } = open(stage)
  await next()
  await next()
  const waiting = next()
  await settle()
  expect(stage.live.stats().followers).toBe(1)
  stream.cancel()
  expect(await waiting).toBeNull()
  await settle()
  expect(stage.live.stats()).toMatchObject({ followers: 0, followedJobs: 0, ringSize: 0 })
})

test('closes at once and leaves no listener when the request is aborted', async () => {
  const stage = openMemoryLive()
  const request = new AbortController()
  const { next } = open(stage, { signal: request.signal })
  await next()
  await next()
  const waiting = next()
  expect(getEventListeners(request.signal, 'abort').length).toBeGreaterThan(0)
  request.abort()
  expect(await waiting).toBeNull()
  await settle()
  expect(stage.live.stats().followers).toBe(0)
  expect(getEventListeners(request.signal, 'abort')).toEqual([])
})

test('is closed from the start for a request that was aborted before', async () => {
  const stage = openMemoryLive()
  const { next } = open(stage, { signal: AbortSignal.abort() })
  expect(await next()).toBeNull()
  expect(stage.live.stats().followers).toBe(0)
})

test('closes without end when the server goes down, so that readers come back', async () => {
  const stage = openMemoryLive()
  const { next } = open(stage)
  await next()
  const messages = rest(next)
  await settle()
  await stage.live.close()
  expect(idsAndTypes(await messages)).toEqual(['1 job.created', '1 caught-up'])
})
