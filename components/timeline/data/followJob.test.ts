import { expect, test } from 'vitest'
import type { Connection } from '#components/timeline/data/connection.ts'
import { type FollowSink, followJob } from '#components/timeline/data/followJob.ts'
import { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import type { Event } from '#domain/events/envelope.ts'

const events = deployWithAgent()

const frame = (event: Event) => `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
const control = (name: string, data: object) => `id: 1\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const ending = () =>
  control('caught-up', { head: events.length }) + control('end', { head: events.length, state: 'success' })

type Answer = (after: number) => Response

/** A server that gives one prepared answer after the other, and keeps what it was asked. */
function serverOf(answers: Answer[]) {
  const asked: (string | null)[] = []
  const fetch = async (_url: unknown, init?: RequestInit) => {
    asked.push(new Headers(init?.headers).get('last-event-id'))
    const answer = answers[asked.length - 1]
    if (!answer) throw new TypeError('connection refused')
    return answer(Number(asked.at(-1) ?? 0))
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
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

async function follow(answers: Answer[]) {
  const timeline = new JobTimeline({ jobId: 'job', schedule: (flush) => flush() })
  const said: Connection[] = []
  const waits: number[] = []
  const controller = new AbortController()
  const sink: FollowSink = {
    get head() {
      return timeline.head
    },
    append: (batch) => timeline.append(batch),
    setServerTime: (serverNow) => timeline.setServerTime(serverNow),
    setServerHead: (head) => timeline.setServerHead(head),
    reset: () => timeline.reset(),
    setConnection: (connection) => said.push(connection),
  }
  const server = serverOf(answers)
  await followJob({
    jobId: 'job',
    sink,
    signal: controller.signal,
    fetch: server.fetch,
    now: () => 0,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms)
      if (waits.length > answers.length) controller.abort()
    },
  })
  return { timeline, said, waits, states: said.map((connection) => connection.state), asked: server.asked }
}

test('reads history, goes live and stops at the end', async () => {
  const { timeline, states } = await follow([() => streamOf(`retry: 1500\n\n${events.map(frame).join('')}${ending()}`)])
  expect(timeline.head).toBe(events.length)
  expect(states).toEqual(['connecting', 'catching-up', 'live', 'ended'])
})

test.each([1, 7, 333])(
  'comes back with the last seq after a break, missing and repeating nothing (chunks of %i)',
  async (size) => {
    const whole = events.map(frame).join('')
    const { timeline, asked, states } = await follow([
      () => streamOf(whole.slice(0, Math.floor(whole.length / 3)), size),
      (after) => streamOf(events.slice(after).map(frame).join('') + ending(), size),
    ])
    expect(asked[0]).toBeNull()
    expect(Number(asked[1])).toBeGreaterThan(0)
    expect(timeline.events.map((event) => event.seq)).toEqual(events.map((event) => event.seq))
    expect(states).toContain('waiting')
  },
)

test('waits longer after each failure, within what the server asked for, and starts over once it was live', async () => {
  const down = () => new Response('{}', { status: 503 })
  const { waits } = await follow([
    () => streamOf(`retry: 1000\n\n${events.slice(0, 3).map(frame).join('')}${control('caught-up', { head: 3 })}`),
    down,
    down,
    down,
    () => streamOf(''),
  ])
  expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000])
})

test('waits as long as a busy server asks', async () => {
  const { waits } = await follow([() => new Response('{}', { status: 503, headers: { 'retry-after': '7' } })])
  expect(waits[0]).toBe(7000)
})

test('takes 204 for the end: there is nothing after the last event', async () => {
  const { states } = await follow([() => new Response(null, { status: 204 })])
  expect(states).toEqual(['connecting', 'ended'])
})

test('stops at a refusal and hands on its code', async () => {
  const problem = { code: 'NOT_FOUND', detail: 'No such job.', requestId: 'r-1' }
  const { said } = await follow([() => Response.json(problem, { status: 404 })])
  expect(said.at(-1)).toEqual({ state: 'refused', problem: { ...problem, status: 404 } })
})

test('reads the job anew when the server was put back to an earlier state', async () => {
  const { timeline, asked } = await follow([
    () => streamOf(events.slice(0, 9).map(frame).join('')),
    () => Response.json({ code: 'CURSOR_AHEAD' }, { status: 409 }),
    () => streamOf(events.map(frame).join('') + ending()),
  ])
  expect(asked).toEqual([null, '9', null])
  expect(timeline.head).toBe(events.length)
})

test('asks again from the last whole event when one is missing', async () => {
  const holed = events.filter((event) => event.seq !== 6)
  const { timeline, asked, said } = await follow([
    () => streamOf(holed.map(frame).join('') + ending()),
    () => streamOf(events.slice(5).map(frame).join('') + ending()),
  ])
  expect(asked).toEqual([null, '5'])
  expect(said.find((connection) => connection.state === 'waiting')).toMatchObject({
    reason: expect.stringContaining('Event 6'),
  })
  expect(timeline.events.map((event) => event.seq)).toEqual(events.map((event) => event.seq))
})
