import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, replay } from '#domain/job/replay.ts'
import { addToTotals, noTotals } from '#domain/job/totals.ts'
import { CountsFold, type CountsFrame, countOutput } from '#domain/view/countsFrame.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

const drafts = fc.array(arbitraryDraft, { minLength: 1, maxLength: 80, size: 'max' })

function record(candidates: readonly Parameters<typeof eventOf>[0][]): Event[] {
  const view = emptyView()
  return [createdEvent(), ...candidates.map((draft, at) => eventOf(draft, at + 2))].flatMap((event) => {
    const next = { ...event, seq: view.head + 1 }
    return replay(view, next) === null ? [next] : []
  })
}

/** What a reader gets that has the events through `after`: frames end before each other event, and at `stops`. */
function tell(events: readonly Event[], after: number, stops: ReadonlySet<number>): (Event | CountsFrame)[] {
  const fold = new CountsFold()
  const told: (Event | CountsFrame)[] = []
  const flush = () => told.push(...[fold.take()].filter((frame) => frame !== null))
  for (const event of events.slice(after)) {
    if (event.type === 'step.output' || event.type === 'step.progress') fold.add(countOutput(event))
    else {
      flush()
      fold.passed(event)
      told.push(event)
    }
    if (stops.has(event.seq)) flush()
  }
  flush()
  return told
}

const stops = fc.array(fc.nat({ max: 80 })).map((list) => new Set(list))

test('counts and the events between them make the totals and the steps of all events', () => {
  fc.assert(
    fc.property(drafts, stops, fc.nat({ max: 80 }), (candidates, interrupted, seen) => {
      const events = record(candidates)
      const after = Math.min(seen, events.length)
      const view = emptyView()
      const totals = noTotals()
      for (const event of events.slice(0, after)) {
        replay(view, event)
        addToTotals(totals, event)
      }
      let next = after + 1
      for (const item of tell(events, after, interrupted)) {
        if ('type' in item) {
          expect(item.seq).toBe(next++)
          expect(replay(view, item)).toBeNull()
          addToTotals(totals, item)
          continue
        }
        expect(item.from).toBe(next)
        next = item.head + 1
        totals.events += item.events.output + item.events.step
        totals.kinds.output += item.events.output
        totals.kinds.step += item.events.step
        totals.outputLines += item.lines
        totals.outputBytes += item.bytes
        for (const start of item.starts) expect(replay(view, start)).toBeNull()
      }
      const whole = emptyView()
      for (const event of events) replay(whole, event)
      expect(next).toBe(events.length + 1)
      expect(totals).toEqual(whole.totals)
      expect({ steps: view.steps, gates: view.gates, shape: view.shape }).toEqual({
        steps: whole.steps,
        gates: whole.gates,
        shape: whole.shape,
      })
    }),
  )
})

test('holds the newest progress of each step, and when the first and the last came', () => {
  const progress = (stepId: string, completed: number) =>
    ({ type: 'step.progress', payload: { stepId, completed } }) as const
  const fold = new CountsFold()
  for (const [at, draft] of [progress('a', 1), progress('b', 1), progress('a', 2)].entries()) {
    fold.add(countOutput(eventOf(draft, at + 5) as never))
  }
  const frame = fold.take()
  expect(frame?.progress.map(({ seq }) => seq)).toEqual([7, 6])
  expect(frame).toMatchObject({ from: 5, head: 7, events: { output: 0, step: 3 } })
  expect((frame?.lastAt ?? 0) - (frame?.firstAt ?? 0)).toBe(2000)
  expect(fold.take()).toBeNull()
})
