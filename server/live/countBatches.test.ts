import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, replay } from '#domain/job/replay.ts'
import { addToTotals, type JobTotals, noTotals } from '#domain/job/totals.ts'
import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { StoredEvent } from '#server/journal/journal.ts'
import { countBatches } from '#server/live/countBatches.ts'
import { makeRun } from '#server/live/eventRun.ts'
import type { FollowBatch } from '#server/live/live.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

afterEach(() => void vi.useRealTimers())

const drafts = fc.array(arbitraryDraft, { minLength: 1, maxLength: 60, size: 'max' })

function record(candidates: readonly Parameters<typeof eventOf>[0][]): Event[] {
  const view = emptyView()
  return [createdEvent(), ...candidates.map((draft) => eventOf(draft, 1))].flatMap((event) => {
    const next = { ...event, seq: view.head + 1 }
    return replay(view, next) === null ? [next] : []
  })
}

function stored(event: Event): StoredEvent {
  return { seq: event.seq, type: event.type, json: JSON.stringify(event) }
}

function batchOf(
  events: readonly Event[],
  head: number,
  caughtUp = (events.at(-1)?.seq ?? head) === head,
): FollowBatch {
  const first = events[0]?.seq ?? 1
  const run = makeRun(first - 1, events.map(stored))
  const last = events.at(-1)?.seq ?? 0
  return { ...run, last, caughtUp, head, state: 'running', final: false }
}

/** What follow gives a reader that has the events through `after`, in batches of these sizes. */
async function* follow(events: readonly Event[], after: number, sizes: readonly number[]): AsyncGenerator<FollowBatch> {
  let at = after
  for (let round = 0; at < events.length; round++) {
    const size = sizes[round % sizes.length] ?? 1
    yield batchOf(events.slice(at, at + size), events.length)
    at += size
  }
}

type Frame = { id: number; event: string; data: unknown }

async function readFrames(batches: AsyncIterator<FollowBatch>): Promise<Frame[]> {
  const counted = countBatches(batches)
  let text = ''
  for (let next = await counted.next(); !next.done; next = await counted.next()) {
    text += new TextDecoder().decode(next.value.frames())
  }
  return [...text.matchAll(/^id: (\d+)\nevent: (.+)\ndata: (.+)\n\n/gm)].map(([, id, event, data]) => ({
    id: Number(id),
    event: event ?? '',
    data: JSON.parse(data ?? ''),
  }))
}

function add(totals: JobTotals, { event, data }: Frame): void {
  if (event !== 'counts') {
    addToTotals(totals, data as Event)
    return
  }
  const { events, lines, bytes } = data as CountsFrame
  totals.events += events.output + events.step
  totals.kinds.output += events.output
  totals.kinds.step += events.step
  totals.outputLines += lines
  totals.outputBytes += bytes
}

function totalsOf(events: readonly Event[]): JobTotals {
  const totals = noTotals()
  for (const event of events) addToTotals(totals, event)
  return totals
}

test('leaves nothing out and tells nothing twice, also to a reader that comes back after any frame', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(drafts, sizes, sizes, fc.nat({ max: 60 }), async (candidates, first, second, broken) => {
      const events = record(candidates)
      const whole = await readFrames(follow(events, 0, first))
      const seen = whole.slice(0, broken)
      const rest = await readFrames(follow(events, seen.at(-1)?.id ?? 0, second))
      const totals = noTotals()
      const view = emptyView()
      let head = 0
      for (const frame of [...seen, ...rest]) {
        expect((frame.data as CountsFrame).from ?? frame.id).toBe(head + 1)
        head = frame.id
        add(totals, frame)
        const { starts = [frame.data as Event] } = frame.data as CountsFrame
        for (const event of starts) expect(replay(view, event)).toBeNull()
      }
      const replayed = emptyView()
      for (const event of events) replay(replayed, event)
      expect([view.steps, view.gates, view.shape]).toEqual([replayed.steps, replayed.gates, replayed.shape])
      expect(head).toBe(events.length)
      expect(totals).toEqual(totalsOf(events))
      const counted = new Set(whole.map(({ event }) => event))
      expect([counted.has('step.output'), counted.has('step.progress')]).toEqual([false, false])
    }),
    { numRuns: 50 },
  )
})

const output = (seq: number) =>
  eventOf({ type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'x\n' } }, seq)

test('tells history in few frames, however many batches it comes in', async () => {
  const events = [createdEvent(), ...Array.from({ length: 2000 }, (_, at) => output(at + 2))]
  // However slow this machine is: no time passes.
  vi.useFakeTimers({ toFake: ['performance'] })
  const frames = await readFrames(follow(events, 0, [100]))
  expect(frames.map(({ id, event }) => [id, event])).toEqual([
    [1, 'job.created'],
    [2001, 'counts'],
  ])
})

test('tells what comes live no more than twenty times a second, and at once after a silence', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  let seq = 1
  const counted = countBatches({
    next: async () => ({ done: false, value: batchOf([output(++seq)], seq) }),
  })
  let frames = 0
  let isOver = false
  const reading = (async () => {
    while (!isOver) {
      await counted.next()
      frames++
    }
  })()
  await vi.advanceTimersByTimeAsync(0)
  expect(frames).toBe(1)
  await vi.advanceTimersByTimeAsync(1000)
  expect(frames).toBe(21)
  isOver = true
  await vi.advanceTimersByTimeAsync(100)
  await reading
})

test('lets go at once when its reader leaves in a pause', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  let returned = false
  let seq = 1
  const counted = countBatches({
    next: async () =>
      returned ? { done: true, value: undefined } : { done: false, value: batchOf([output(++seq)], seq) },
    return: async () => {
      returned = true
      return { done: true, value: undefined }
    },
  })
  await counted.next()
  const waiting = counted.next()
  await counted.return?.()
  expect(await waiting).toMatchObject({ done: true })
  expect(vi.getTimerCount()).toBe(0)
})
