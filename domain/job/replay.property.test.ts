import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { decide } from '#domain/job/decide.ts'
import { evolve } from '#domain/job/evolve.ts'
import { factsOf } from '#domain/job/facts.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import { fork, type JobShape, merge, newShape } from '#domain/job/shape.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'
import { naiveVerdict } from '#testing/naiveVerdict.ts'

const drafts = fc.array(arbitraryDraft, { minLength: 1, maxLength: 120, size: 'max' })

function newJob(): JobView {
  const view = emptyView()
  replay(view, createdEvent())
  return view
}

/** Replays what a job of these drafts takes, skipping what it refuses. */
function record(candidates: readonly Draft[]): { view: JobView; taken: Draft[]; refused: number } {
  const view = newJob()
  const taken: Draft[] = []
  for (const draft of candidates) {
    if (replay(view, eventOf(draft, view.head + 1)) === null) taken.push(draft)
  }
  return { view, taken, refused: candidates.length - taken.length }
}

/** Without layers: what a verdict on this shape rests on. */
function seen({ state, attempt, parts, steps, gates }: JobShape) {
  return { state, attempt, parts, steps, gates }
}

/** One request on a layer of its own, as the journal judges it: whole or not at all. */
function judge(shape: JobShape, request: readonly Draft[]): JobShape | null {
  const layer = fork(shape)
  for (const { type, payload } of request) {
    const verdict = decide(layer, type, factsOf(type, payload as never))
    if ('refused' in verdict) return null
    for (const effect of verdict.effects) evolve(layer, effect)
  }
  return layer
}

function split<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const groups: T[][] = []
  for (let at = 0, group = 0; at < items.length; group++) {
    const size = sizes[group % sizes.length] ?? 1
    groups.push(items.slice(at, at + size))
    at += size
  }
  return groups
}

describe('any sequence of events', () => {
  test('is taken or refused, each event with its code, as the words of the contract say', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const view = newJob()
        const taken: Draft[] = []
        for (const draft of candidates) {
          const expected = naiveVerdict(taken, draft)
          expect(replay(view, eventOf(draft, view.head + 1))).toBe(expected)
          if (expected === null) taken.push(draft)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('is changed by no event that it refuses', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const view = newJob()
        for (const draft of candidates) {
          const before = structuredClone(view)
          if (replay(view, eventOf(draft, view.head + 1)) !== null) expect(view).toEqual(before)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('gives the same view again from what was taken alone', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const { view, taken } = record(candidates)
        expect(record(taken)).toEqual({ view, taken, refused: 0 })
      }),
    )
  })

  test('gives a view that continues from any point as if it had never stopped', () => {
    fc.assert(
      fc.property(drafts, fc.nat(), (candidates, cut) => {
        const { view, taken } = record(candidates)
        const stopped = record(taken.slice(0, cut)).view
        for (const draft of taken.slice(cut)) replay(stopped, eventOf(draft, stopped.head + 1))
        expect(stopped).toEqual(view)
      }),
    )
  })
})

describe('the shape of a job', () => {
  test('is the same in layers, request by request and flush by flush, whatever is refused or lost between', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(drafts, sizes, sizes, fc.infiniteStream(fc.boolean()), (candidates, requests, flushes, losses) => {
        const stored = newShape()
        const committed: Draft[] = []
        for (const flush of split(split(candidates, requests), flushes)) {
          const before = structuredClone(stored)
          const layer = fork(stored)
          const waiting: Draft[] = []
          for (const request of flush) {
            const kept = structuredClone(layer)
            const judged = judge(layer, request)
            expect(layer).toEqual(kept)
            if (judged === null) continue
            merge(judged, layer)
            waiting.push(...request)
          }
          expect(stored).toEqual(before)
          // A flush that fails takes its layer with it.
          if (losses.next().value === true) continue
          merge(layer, stored)
          committed.push(...waiting)
        }
        const { view, refused } = record(committed)
        expect(refused).toBe(0)
        expect(stored).toEqual({ base: null, ...seen(view.shape) })
      }),
      { numRuns: 500 },
    )
  })

  test('is the same from the rows of jobs, steps and gates', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const { view } = record(candidates)
        const { state, attempt } = view.shape
        const shape = { ...newShape(), state, attempt, parts: view.steps.size + view.gates.size }
        for (const row of view.steps.values()) {
          if (row.attempt !== attempt || (shape.steps.get(row.stepId)?.run ?? 0) > row.run) continue
          const { run, explicit, parentStepId: parentId } = row
          shape.steps.set(row.stepId, { run, explicit, parentId, open: row.endedSeq === null })
        }
        for (const row of view.gates.values()) {
          if (row.attempt !== attempt || (shape.gates.get(row.gateId)?.run ?? 0) > row.run) continue
          shape.gates.set(row.gateId, { run: row.run, explicit: row.explicit, open: row.endedSeq === null })
        }
        expect(shape).toEqual(view.shape)
      }),
    )
  })

  test('changes with an event only if shapeSeq names that event', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const view = newJob()
        for (const draft of candidates) {
          const before = structuredClone(view.shape)
          replay(view, eventOf(draft, view.head + 1))
          if (view.shapeSeq !== view.head) expect(view.shape).toEqual(before)
        }
      }),
    )
  })

  test('never has a parent cycle', () => {
    fc.assert(
      fc.property(drafts, (candidates) => {
        const { steps } = record(candidates).view.shape
        for (const id of steps.keys()) {
          const path = [id]
          for (let at = steps.get(id)?.parentId; at; at = steps.get(at)?.parentId) {
            expect(path).not.toContain(at)
            path.push(at)
          }
        }
      }),
    )
  })
})
