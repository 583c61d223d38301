import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { steadyNow } from '#components/clock/steadyNow.ts'
import { type Arrival, lastSeqOf } from '#components/timeline/data/arrivals.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import { followJob } from '#components/timeline/data/followJob.ts'
import type { FollowSink } from '#components/timeline/data/followSink.ts'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { createNudge } from '#components/timeline/data/nudge.ts'
import { silenceLimits } from '#components/timeline/data/watchSilence.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { serveJob } from '#components/timeline/fixtures/serveJob.ts'

const events = deployWithAgent()

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const frame = (arrival: Arrival) =>
  'event' in arrival
    ? `id: ${arrival.event.seq}\nevent: ${arrival.event.type}\ndata: ${JSON.stringify(arrival.event)}\n\n`
    : `id: ${lastSeqOf(arrival)}\nevent: counts\ndata: ${JSON.stringify(arrival.counts)}\n\n`
const control = (name: string, data: object) => `id: 1\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const ending = () =>
  control('caught-up', { head: events.length }) + control('end', { head: events.length, state: 'success' })

type Job = ReturnType<typeof serveJob>
type Answer = (after: number, job: Job, signal: AbortSignal) => Response | Promise<Response>

/**
 * A server that answers what is asked of a job as it is at `head`, and streams one prepared answer after the other. Keeps
 * what it was asked.
 */
function serverOf(answers: Answer[], job: Job) {
  const asked: string[] = []
  let streams = 0
  const fetch = async (url: unknown, init?: RequestInit) => {
    const path = String(url).replace('/runner-jobs/job', '')
    if (path === '/counts') return Response.json(job.counts())
    if (path.startsWith('/outline')) {
      asked.push('outline')
      return Response.json(job.outline())
    }
    const after = new Headers(init?.headers).get('last-event-id')
    asked.push(`after ${after}`)
    const { signal } = init ?? {}
    if (!signal) throw new Error('nothing could end this request')
    return (answers[streams++] ?? unanswered)(Number(after), job, signal)
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}

const unanswered: Answer = (_after, _job, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

/** A stream that is written to by hand, and that breaks as a browser's does when its request is ended. */
function openStream() {
  const { readable, writable } = new TransformStream<Uint8Array>()
  const writer = writable.getWriter()
  const answer: Answer = (_after, _job, signal) => {
    signal.addEventListener('abort', () => void writer.abort(signal.reason))
    return new Response(readable, { headers: { 'waybill-head': '5' } })
  }
  return { answer, write: (text: string) => writer.write(new TextEncoder().encode(text)) }
}

function streamOf(text: string, chunkSize = 4096): Response {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, at + chunkSize))
      at += chunkSize
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const rest = (after: number, job: Job) => job.arrivals(after, 3).map(frame).join('')

type Served = { head?: number; outline?: () => Response }

/** A follower and what it said. */
function start(answers: Answer[], options: Served = {}) {
  const job = serveJob(events)
  const timeline = new JobTimeline({ jobId: 'job', reads: job.reads, schedule: (flush) => flush() })
  const said: Connection[] = []
  const waits: number[] = []
  const controller = new AbortController()
  const nudge = createNudge()
  const sink: FollowSink = {
    get head() {
      return timeline.head
    },
    get isLoaded() {
      return timeline.isLoaded
    },
    load: (page) => {
      timeline.load(page)
      job.head = events.length
    },
    loadCounts: (window) => timeline.loadCounts(window),
    append: (batch) => timeline.append(batch),
    setServerTime: (date) => timeline.setServerTime(date),
    setServerHead: (head) => timeline.setServerHead(head),
    reset: () => timeline.reset(),
    setConnection: (connection) => {
      said.push(connection)
      if (connection.state === 'waiting') waits.push(Math.round(connection.retryAt - steadyNow()))
    },
  }
  const server = serverOf(answers, job)
  job.head = options.head ?? 3
  const over = followJob({
    jobId: 'job',
    sink,
    signal: controller.signal,
    nudge,
    fetch: async (url, init) =>
      options.outline && String(url).includes('/outline') ? options.outline() : server.fetch(url, init),
    random: () => 0.5,
  })
  const states = () => said.map((connection) => connection.state)
  return { timeline, said, waits, states, asked: server.asked, nudge, over, stop: () => controller.abort() }
}

/** The whole of it: until the follower ends, or waits once more than there are answers. */
async function follow(answers: Answer[], options: Served = {}) {
  const follower = start(answers, options)
  let isOver = false
  void follower.over.then(() => {
    isOver = true
  })
  while (!isOver && follower.waits.length <= answers.length) await vi.advanceTimersByTimeAsync(500)
  follower.stop()
  await follower.over
  return { ...follower, states: follower.states() }
}

test('reads the outline, follows from its head, goes live and stops at the end', async () => {
  const { timeline, states, asked } = await follow([
    (after, job) => streamOf(`retry: 1500\n\n${rest(after, job)}${ending()}`),
  ])
  expect(asked).toEqual(['outline', 'after 3'])
  expect([timeline.head, timeline.state]).toEqual([events.length, 'success'])
  expect(states).toEqual(['connecting', 'catching-up', 'live', 'ended'])
})

test.each([1, 7, 333])(
  'comes back with the last seq after a break, missing and repeating nothing (chunks of %i)',
  async (size) => {
    const { timeline, asked, states } = await follow([
      (after, job) => {
        const whole = rest(after, job)
        return streamOf(whole.slice(0, Math.floor(whole.length / 3)), size)
      },
      (after, job) => streamOf(rest(after, job) + ending(), size),
    ])
    expect(asked.slice(0, 2)).toEqual(['outline', 'after 3'])
    expect(Number(asked[2]?.replace('after ', ''))).toBeGreaterThan(3)
    expect(timeline.view.totals).toEqual(serveJob(events).outline().totals)
    expect(states).toContain('waiting')
  },
)

test('waits longer after each failure, within what the server asked for, and starts over once it was live', async () => {
  const down = () => new Response('{}', { status: 503 })
  const { waits } = await follow([
    () => streamOf(`retry: 1000\n\n${control('caught-up', { head: 3 })}`),
    down,
    down,
    down,
    () => streamOf(''),
  ])
  expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000])
})

test('waits as long as a busy server asks, and then reads the outline that it could not', async () => {
  let refused = 0
  const job = serveJob(events)
  const { waits, timeline } = await follow([() => new Response(null, { status: 204 })], {
    outline: () =>
      refused++ === 0
        ? new Response('{}', { status: 503, headers: { 'retry-after': '7' } })
        : Response.json(job.outline()),
  })
  expect(waits).toEqual([7000])
  expect(timeline.state).toBe('success')
})

test('takes 204 for the end: there is nothing after the last event', async () => {
  const { states, timeline } = await follow([() => new Response(null, { status: 204 })], { head: events.length })
  expect(states).toEqual(['connecting', 'ended'])
  const { head: _, ...table } = serveJob(events).counts()
  expect(timeline.counts.toTable()).toEqual(table)
})

test('stops at a refusal and hands on its code', async () => {
  const problem = { code: 'NOT_FOUND', detail: 'No such job.', requestId: 'r-1' }
  const { said } = await follow([], { outline: () => Response.json(problem, { status: 404 }) })
  expect(said.at(-1)).toEqual({ state: 'refused', problem: { ...problem, status: 404 } })
})

test('reads the job anew when the server was put back to an earlier state', async () => {
  const { timeline, asked } = await follow([
    (_, job) => streamOf(job.arrivals(3, 3).slice(0, 4).map(frame).join('')),
    () => Response.json({ code: 'CURSOR_AHEAD' }, { status: 409 }),
    (after, job) => streamOf(rest(after, job) + ending()),
  ])
  expect([asked[0], asked[1], asked[3]]).toEqual(['outline', 'after 3', 'outline'])
  expect([timeline.head, timeline.state]).toEqual([events.length, 'success'])
})

test('asks again from the last whole event when one is missing', async () => {
  const { timeline, asked, said } = await follow([
    (after, job) => streamOf(job.arrivals(after, 1).slice(1).map(frame).join('') + ending()),
    (after, job) => streamOf(rest(after, job) + ending()),
  ])
  expect(asked).toEqual(['outline', 'after 3', 'after 3'])
  expect(said.find((connection) => connection.state === 'waiting')).toMatchObject({
    reason: expect.stringContaining('Event 4'),
  })
  expect(timeline.view.totals).toEqual(serveJob(events).outline().totals)
})

test('says that it is silent once a heartbeat is overdue, and gives the line up after a second one', async () => {
  const stream = openStream()
  const follower = start([stream.answer])
  await stream.write(control('caught-up', { head: 3 }))
  await vi.advanceTimersByTimeAsync(15_000)
  await stream.write(': hb\n\n')
  await vi.advanceTimersByTimeAsync(silenceLimits.silent - 1_500)
  expect(follower.states().at(-1)).toBe('live')
  const heardAt = steadyNow() - silenceLimits.silent + 1_500
  await vi.advanceTimersByTimeAsync(2_500)
  expect(follower.said.at(-1)).toEqual({ state: 'silent', heardAt })
  await stream.write(': hb\n\n')
  await vi.advanceTimersByTimeAsync(0)
  expect(follower.states().at(-1)).toBe('live')
  await vi.advanceTimersByTimeAsync(silenceLimits.dead + 1_000)
  expect(follower.states().slice(-2)).toEqual(['silent', 'waiting'])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(follower.asked).toEqual(['outline', 'after 3', 'after 3'])
  follower.stop()
  await follower.over
})

test('gives up a try that is not answered', async () => {
  const follower = start([unanswered])
  await vi.advanceTimersByTimeAsync(silenceLimits.unanswered - 1_000)
  expect(follower.states()).toEqual(['connecting'])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(follower.states()).toEqual(['connecting', 'waiting'])
  follower.stop()
  await follower.over
})

test('notices that the machine slept, although its timers stood still', async () => {
  const stream = openStream()
  const follower = start([stream.answer])
  await stream.write(control('caught-up', { head: 3 }))
  await vi.advanceTimersByTimeAsync(2_000)
  vi.setSystemTime(Date.now() + 3_600_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(follower.states().at(-1)).toBe('waiting')
  follower.stop()
  await follower.over
})

test('looks at once when it is nudged, whether it waits, asks or follows, and says how far behind it is', async () => {
  const stream = openStream()
  const late = openStream()
  const follower = start([stream.answer, () => new Response('{}', { status: 503 }), unanswered, late.answer])
  await stream.write(control('caught-up', { head: 3 }))
  await vi.advanceTimersByTimeAsync(0)
  expect(follower.states()).toEqual(['connecting', 'catching-up', 'live'])
  for (let tries = 2; tries <= 4; tries++) {
    follower.nudge.now()
    await vi.advanceTimersByTimeAsync(0)
    expect(follower.asked).toHaveLength(tries + 1)
  }
  expect(follower.said.at(-1)).toEqual({ state: 'catching-up', isReturn: true })
  expect(follower.timeline.serverHead - follower.timeline.head).toBe(2)
  follower.stop()
  await follower.over
})
