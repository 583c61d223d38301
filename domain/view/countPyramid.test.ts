import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventKind } from '#domain/events/kinds.ts'
import { CountPyramid } from '#domain/view/countPyramid.ts'

const sum = (numbers: Uint32Array) => numbers.reduce((total, n) => total + n, 0)

test('loses no event however long the job becomes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 60 }), (offsets) => {
      const start = Date.UTC(2026, 10, 1)
      const times = offsets.map((offset) => start + offset).sort((a, b) => a - b)
      const pyramid = new CountPyramid()
      for (const at of times) pyramid.add('output', at)
      const from = times[0] ?? start
      const columns = pyramid.columns('output', { from, to: (times.at(-1) ?? start) + 1, columns: 300 })
      expect(sum(columns)).toBe(times.length)
    }),
  )
})

test('puts counts where they happened, each kind in its own lane', () => {
  const pyramid = new CountPyramid()
  for (const at of [0, 10, 20, 90]) pyramid.add('step', 1_000 + at)
  pyramid.add('ai', 1_050, 7)
  expect([...pyramid.columns('step', { from: 1_000, to: 1_100, columns: 10 })]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
  expect([...pyramid.columns('ai', { from: 1_000, to: 1_100, columns: 2 })]).toEqual([0, 7])
})

test('shows only what lies in the range', () => {
  const pyramid = new CountPyramid()
  for (const at of [0, 100, 200]) pyramid.add('output', at)
  expect(sum(pyramid.columns('output', { from: 50, to: 150, columns: 5 }))).toBe(1)
  expect(sum(pyramid.columns('output', { from: 50, to: 50, columns: 5 }))).toBe(0)
})

const event = fc.record({
  kind: fc.constantFrom('job' as const, 'step' as const, 'output' as const, 'ai' as const, 'gate' as const),
  at: fc.integer({ min: 0, max: 3_000_000 }),
})
const events = fc.array(event, { maxLength: 80 }).map((list) => list.sort((a, b) => a.at - b.at))

function pyramidOf(list: readonly { kind: EventKind; at: number }[], buckets?: number): CountPyramid {
  const pyramid = new CountPyramid(buckets)
  for (const { kind, at } of list) pyramid.add(kind, at)
  return pyramid
}

test('is the same again after it was written down, at any moment', () => {
  fc.assert(
    fc.property(events, fc.nat({ max: 80 }), (list, cut) => {
      const resumed = CountPyramid.from(JSON.parse(JSON.stringify(pyramidOf(list.slice(0, cut)).toTable())))
      for (const { kind, at } of list.slice(cut)) resumed.add(kind, at)
      expect(resumed.toTable()).toEqual(pyramidOf(list).toTable())
    }),
  )
})

test('in fewer buckets is what it had become with fewer from the start', () => {
  fc.assert(
    fc.property(events, fc.integer({ min: 3, max: 13 }), (list, power) => {
      const coarse = CountPyramid.from(pyramidOf(list).toTable(), 2 ** power)
      expect(coarse.toTable()).toEqual(pyramidOf(list, 2 ** power).toTable())
    }),
  )
})

test('writes nothing down for what comes after the last event', () => {
  const { originMs, kinds } = pyramidOf([
    { kind: 'ai', at: 500 },
    { kind: 'ai', at: 520 },
  ]).toTable()
  expect(originMs).toBe(500)
  expect(kinds).toEqual({ job: [], step: [], output: [], ai: [1, 0, 1], gate: [] })
  expect(new CountPyramid().toTable().originMs).toBeNull()
})
