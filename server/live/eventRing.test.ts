import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredEvent } from '#server/journal/journal.ts'
import { EventRing } from '#server/live/eventRing.ts'
import { makeRun, typeFilter } from '#server/live/eventRun.ts'
import { liveSettings } from '#server/live/settings.ts'

const decoder = new TextDecoder()

function eventsFrom(first: number, count: number, size = 20): StoredEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    seq: first + i,
    type: 'step.output',
    json: `"${'x'.repeat(size - 2)}"`,
  }))
}
const runFrom = (first: number, count: number, size?: number) => makeRun(first - 1, eventsFrom(first, count, size))
const budget = (limit = 1e9) => ({ used: 0, limit })
const seqs = (run: { events: readonly StoredEvent[] } | null) => run?.events.map(({ seq }) => seq)

test('hands out what follows a seq, joined over commits', () => {
  const ring = new EventRing(budget())
  ring.push(runFrom(5, 2))
  ring.push(runFrom(7, 3))
  expect(seqs(ring.take(4))).toEqual([5, 6, 7, 8, 9])
  expect(seqs(ring.take(5))).toEqual([6, 7, 8, 9])
  expect(seqs(ring.take(8))).toEqual([9])
})

test('has nothing for a reader that is level, ahead, or further back than it reaches', () => {
  const ring = new EventRing(budget())
  expect(ring.take(0)).toBeNull()
  ring.push(runFrom(5, 2))
  expect([ring.take(3), ring.take(6), ring.take(7)]).toEqual([null, null, null])
})

test('starts anew after a hole and ignores what it has', () => {
  const ring = new EventRing(budget())
  ring.push(runFrom(1, 4))
  ring.push(runFrom(3, 3))
  expect(seqs(ring.take(3))).toEqual([4, 5])
  ring.push(runFrom(2, 2))
  expect(ring.end).toBe(5)
  ring.push(runFrom(9, 1))
  expect(ring.take(5)).toBeNull()
  expect(seqs(ring.take(8))).toEqual([9])
})

test('shares one encoding among all readers at the same seq', () => {
  const ring = new EventRing(budget())
  ring.push(runFrom(1, 3))
  ring.push(runFrom(4, 3))
  const [one, other] = [ring.take(0), ring.take(0)]
  expect(one?.frames()).toBe(other?.frames())
  const gates = [typeFilter(['gate.passed', 'gate.failed']), typeFilter(['gate.failed', 'gate.passed'])]
  expect(one?.frames(gates[0])).toBe(other?.frames(gates[1]))
  expect(one?.frames(gates[0])).toHaveLength(0)
})

test('joins frames into the bytes that encoding them together would give', () => {
  const ring = new EventRing(budget())
  ring.push(runFrom(1, 3))
  ring.push(runFrom(4, 3))
  expect(decoder.decode(ring.take(1)?.frames())).toBe(decoder.decode(runFrom(2, 5).frames()))
})

test('keeps to its bounds in events and in size', () => {
  const used = budget()
  const ring = new EventRing(used)
  for (let i = 0; i < 3 * liveSettings.ringEvents; i++) ring.push(runFrom(i + 1, 1))
  expect(ring.take(2 * liveSettings.ringEvents - 1)).toBeNull()
  expect(seqs(ring.take(2 * liveSettings.ringEvents))).toHaveLength(liveSettings.ringEvents)
  for (let i = 0; i < 100; i++) ring.push(runFrom(ring.end + 1, 1, 10_000))
  expect(used.used).toBeLessThanOrEqual(liveSettings.ringSize)
})

test('gives way when the rings of all jobs are full, and goes on after that', () => {
  const used = budget(1000)
  const [busy, quiet] = [new EventRing(used), new EventRing(used)]
  quiet.push(runFrom(1, 10, 60))
  busy.push(runFrom(1, 10, 60))
  expect([used.used, busy.take(0)]).toEqual([600, null])
  quiet.clear()
  busy.push(runFrom(11, 2, 60))
  expect(seqs(busy.take(10))).toEqual([11, 12])
})

test('forgets events that nothing was added to for a round', () => {
  const used = budget()
  const ring = new EventRing(used)
  ring.push(runFrom(1, 3))
  ring.age()
  expect(seqs(ring.take(0))).toEqual([1, 2, 3])
  ring.age()
  expect([ring.take(0), used.used, ring.end]).toEqual([null, 0, 3])
})

test('never hands out a hole, in whatever order and however often commits arrive', () => {
  const commit = fc.record({ first: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: 1, max: 10 }) })
  fc.assert(
    fc.property(fc.array(commit), fc.nat({ max: 50 }), (commits, after) => {
      const used = budget()
      const ring = new EventRing(used)
      for (const { first, count } of commits) {
        ring.push(runFrom(first, count))
        const run = ring.take(after)
        if (!run) continue
        expect(run.first).toBe(after + 1)
        expect(seqs(run)).toEqual(Array.from({ length: run.last - after }, (_, i) => after + 1 + i))
      }
      ring.clear()
      expect(used.used).toBe(0)
    }),
  )
})

test('forgets what all have taken, and goes on after it without a hole', () => {
  const rings = budget()
  const ring = new EventRing(rings)
  ring.push(runFrom(1, 4))
  ring.push(runFrom(5, 4))
  ring.release(6)
  // the second commit is needed by whoever has taken a part of it
  expect(ring.take(3)).toBeNull()
  expect(seqs(ring.take(6))).toEqual([7, 8])
  ring.release(8)
  expect([ring.take(6), rings.used]).toEqual([null, 0])
  ring.push(runFrom(9, 2))
  expect(seqs(ring.take(8))).toEqual([9, 10])
})
