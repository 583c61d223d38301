import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeAt, xOf } from '#components/timeline/layout/timeScale.ts'
import { rangeBack, rangeForth, shorten, straight } from '#components/timeline/layout/timeWarp.ts'

/** Stretches that do not touch, some with hardly anything between them. */
const stretches = fc
  .array(fc.record({ before: fc.integer({ min: 1, max: 5_000_000 }), length: fc.integer({ min: 100, max: 9e6 }) }), {
    maxLength: 12,
  })
  .map((list) => {
    let at = 1_700_000_000_000
    return list.map(({ before, length }) => {
      const from = at + before
      at = from + length
      return { from, to: at }
    })
  })
const shown = fc.integer({ min: 1, max: 99 })
const moment = fc.integer({ min: -1_000_000, max: 90_000_000 }).map((ms) => 1_700_000_000_000 + ms)

test('draws every silence as long as the others, and all else as long as it was', () => {
  const warp = shorten(
    [
      { from: 1_000, to: 61_000 },
      { from: 65_000, to: 100_000 },
    ],
    500,
  )
  const moments = [0, 1_000, 31_000, 61_000, 65_000, 100_000, 101_000]
  const drawn = [0, 1_000, 1_250, 1_500, 5_500, 6_000, 7_000]
  expect(moments.map((at) => warp.forth(at) - warp.forth(0))).toEqual(drawn)
  expect(drawn.map((ms) => warp.back(warp.forth(0) + ms))).toEqual(moments)
})

test('without silences is the time itself', () => {
  fc.assert(
    fc.property(moment, shown, (at, ms) => {
      expect(shorten([], ms).forth(at)).toBe(at)
      expect(straight.back(at)).toBe(at)
    }),
  )
})

test('keeps the order of moments', () => {
  fc.assert(
    fc.property(stretches, shown, moment, moment, (idle, ms, a, b) => {
      const { forth, back } = shorten(idle, ms)
      const [early, late] = a < b ? [a, b] : [b, a]
      expect(forth(early)).toBeLessThanOrEqual(forth(late))
      expect(back(early)).toBeLessThanOrEqual(back(late))
      // nothing is drawn longer than it was
      expect(forth(late) - forth(early)).toBeLessThanOrEqual(late - early + 0.001)
    }),
  )
})

test('leads back to the moment that it came from', () => {
  fc.assert(
    fc.property(stretches, shown, moment, (idle, ms, at) => {
      const { forth, back } = shorten(idle, ms)
      expect(Math.abs(back(forth(at)) - at)).toBeLessThan(0.1)
    }),
  )
})

test('keeps a duration with no silence in it', () => {
  fc.assert(
    fc.property(stretches, shown, (idle, ms) => {
      const { forth } = shorten(idle, ms)
      idle.slice(1).forEach(({ from }, n) => {
        const { to } = idle[n] ?? { to: 0 }
        expect(forth(from) - forth(to)).toBeCloseTo(from - to, 2)
      })
    }),
  )
})

test('gives a scale whose pixels lead to moments and back', () => {
  fc.assert(
    fc.property(stretches, shown, fc.integer({ min: 0, max: 1_000 }), (idle, ms, x) => {
      const warp = shorten(idle, ms)
      const scale = { from: 1_700_000_000_000, to: 1_700_090_000_000, width: 1_000, warp }
      expect(xOf(scale, timeAt(scale, x))).toBeCloseTo(x, 3)
      const { from, to } = rangeBack(warp, rangeForth(warp, scale))
      expect(Math.abs(from - scale.from) + Math.abs(to - scale.to)).toBeLessThan(1)
    }),
  )
})
