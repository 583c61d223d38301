import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventKind } from '#domain/events/kinds.ts'
import { CountPyramid } from '#domain/view/countPyramid.ts'

const sum = (numbers: Uint32Array) => numbers.reduce((total, n) => total + n, 0)
const edgesOf = (from: number, to: number, columns: number) =>
  Array.from({ length: columns + 1 }, (_, n) => from + ((to - from) * n) / columns)

test('loses no event however long the job becomes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 1, maxLength: 60 }), (offsets) => {
      const start = Date.UTC(2026, 10, 1)
      const times = offsets.map((offset) => start + offset).sort((a, b) => a - b)
      const pyramid = new CountPyramid()
      for (const at of times) pyramid.add('output', at)
      const columns = pyramid.columns('output', edgesOf(times[0] ?? start, (times.at(-1) ?? start) + 1, 300))
      expect(sum(columns)).toBe(times.length)
    }),
  )
})

test('puts counts where they happened, each kind in its own lane', () => {
  const pyramid = new CountPyramid()
  for (const at of [0, 10, 20, 90]) pyramid.add('step', 1_000 + at)
  pyramid.add('ai', 1_050, 7)
  expect([...pyramid.columns('step', edgesOf(1_000, 1_100, 10))]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
  expect([...pyramid.columns('ai', edgesOf(1_000, 1_100, 2))]).toEqual([0, 7])
})

test('shows only what lies in the range', () => {
  const pyramid = new CountPyramid()
  for (const at of [0, 100, 200]) pyramid.add('output', at)
  expect(sum(pyramid.columns('output', edgesOf(50, 150, 5)))).toBe(1)
  expect(sum(pyramid.columns('output', edgesOf(50, 50, 5)))).toBe(0)
})

test('counts in columns of any width, each event in the one it began in', () => {
  const pyramid = new CountPyramid()
  for (const at of [0, 100, 5_000, 5_020]) pyramid.add('output', at)
  expect([...pyramid.columns('output', [0, 50, 5_000, 5_010, 9_000])]).toEqual([1, 1, 1, 1])
  expect([...pyramid.columns('output', [])]).toEqual([])
})

test('knows where nothing happened, and not after the last event', () => {
  const pyramid = new CountPyramid()
  expect(pyramid.idle(1)).toEqual([])
  pyramid.add('job', 1_000)
  pyramid.add('output', 1_500)
  pyramid.add('ai', 61_500)
  expect(pyramid.idle(30_000)).toEqual([{ from: 1_510, to: 61_500 }])
  expect(pyramid.idle(490)).toHaveLength(2)
  expect(pyramid.idle(500)).toHaveLength(1)
})

test('says idle only where no event lies', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4_000_000 }), { minLength: 1, maxLength: 40 }), (offsets) => {
      const times = offsets.sort((a, b) => a - b)
      const pyramid = new CountPyramid()
      for (const at of times) pyramid.add('step', at)
      for (const { from, to } of pyramid.idle(1_000)) {
        expect(times.filter((at) => at >= from && at < to)).toEqual([])
        expect(to - from).toBeGreaterThanOrEqual(1_000)
      }
    }),
  )
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
