import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  chartRange,
  fitRange,
  panRange,
  type TimeRange,
  timeAt,
  xOf,
  zoomRange,
} from '#components/timeline/layout/timeScale.ts'
import { shorten } from '#components/timeline/layout/timeWarp.ts'

test('maps time to pixels and back', () => {
  const scale = { from: 1_000, to: 3_000, width: 500 }
  expect([1_000, 2_000, 3_000].map((at) => xOf(scale, at))).toEqual([0, 250, 500])
  expect(timeAt(scale, 125)).toBe(1_500)
})

test('gives a running job room to grow into, which changes rarely', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (elapsed) => {
      const { from, to } = chartRange({ startedAt: 0, endedAt: null, now: elapsed })
      expect(from).toBe(0)
      expect(to).toBeGreaterThan(elapsed)
      expect(to).toBeLessThanOrEqual(Math.max(1_500, elapsed * 1.75))
    }),
  )
  const ends = new Set(
    Array.from({ length: 600 }, (_, s) => chartRange({ startedAt: 0, endedAt: null, now: s * 1000 }).to),
  )
  expect(ends.size).toBeLessThan(30)
})

test('spans a job that is over, and never nothing', () => {
  expect(chartRange({ startedAt: 0, endedAt: 1_000, now: 9_999 })).toEqual({ from: 0, to: 1_030 })
  const { from, to } = chartRange({ startedAt: 5, endedAt: 5, now: 5 })
  expect(to).toBeGreaterThan(from)
})

test('zooms around a moment that stays where it is', () => {
  const limits = { from: 0, to: 1_000 }
  const zoomed = zoomRange(limits, { factor: 0.5, around: 400, limits })
  expect(zoomed).toEqual({ from: 200, to: 700 })
  expect(xOf({ ...zoomed, width: 100 }, 400)).toBe(xOf({ ...limits, width: 100 }, 400))
})

test('never zooms or pans out of the job', () => {
  const limits = { from: 0, to: 10_000 }
  const move = fc.record({
    factor: fc.double({ min: 0.1, max: 10, noNaN: true }),
    at: fc.integer({ min: 0, max: 10_000 }),
    part: fc.double({ min: -2, max: 2, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(move, { maxLength: 20 }), (moves) => {
      let range = limits
      for (const { factor, at, part } of moves) {
        range = panRange(zoomRange(range, { factor, around: at, limits }), part, { limits })
        expect(range.from).toBeGreaterThanOrEqual(-1e-6)
        expect(range.to).toBeLessThanOrEqual(10_000 + 1e-6)
        expect(range.to - range.from).toBeGreaterThanOrEqual(9.99)
      }
    }),
  )
})

test('zooms and pans by what is seen, not by the silence that is drawn short', () => {
  const warp = shorten([{ from: 10_000, to: 70_000 }], 2_000)
  const limits = { from: 0, to: 78_000 }
  const scale = (range: TimeRange) => ({ ...range, width: 100, warp })
  const zoomed = zoomRange(limits, { factor: 0.5, around: 71_000, limits, warp })
  expect(xOf(scale(zoomed), 71_000)).toBeCloseTo(xOf(scale(limits), 71_000))
  expect(zoomed).toEqual({ from: 6_500, to: 74_500 })
  expect(panRange({ from: 0, to: 5_000 }, 1.2, { limits, warp })).toEqual({ from: 6_000, to: 40_000 })
})

test('fits what lies between two moments, with room around it and never out of the job', () => {
  const limits = { from: 0, to: 100_000 }
  expect(fitRange({ from: 50_000, to: 60_000 }, { limits })).toEqual({ from: 49_600, to: 60_400 })
  expect(fitRange({ from: 0, to: 100_000 }, { limits })).toEqual(limits)
  expect(fitRange({ from: 50_000, to: 50_000 }, { limits })).toEqual({ from: 49_500, to: 50_500 })
})

test('spans a job without the time that is drawn short', () => {
  const warp = shorten([{ from: 1_000, to: 61_000 }], 1_000)
  expect(chartRange({ startedAt: 0, endedAt: 69_000, now: 0, warp })).toEqual({ from: 0, to: 69_300 })
  const { to } = chartRange({ startedAt: 0, endedAt: null, now: 69_000, warp })
  expect(to).toBe(61_000 + 12_500 - 2_000)
})
