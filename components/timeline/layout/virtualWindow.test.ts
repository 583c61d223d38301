import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  anchorOf,
  anchorPerPixel,
  contentHeight,
  isScaled,
  lastRowTop,
  type Place,
  type RowSpace,
  rowTopAfter,
  rowTopOf,
  rowTopToShow,
  scrollTopFor,
  tallest,
  windowOf,
} from '#components/timeline/layout/virtualWindow.ts'

const space = fc.record({
  count: fc.integer({ min: 0, max: 3_000_000 }),
  rowHeight: fc.constantFrom(20, 24, 44),
  viewport: fc.integer({ min: 0, max: 2_000 }),
})

const million: RowSpace = { count: 1_000_000, rowHeight: 20, viewport: 400 }

const placeAt = (rows: RowSpace, rowTop: number): Place => ({ rowTop, scrollTop: scrollTopFor(rows, rowTop) })

test('draws every row that is in view, and not many more', () => {
  fc.assert(
    fc.property(space, fc.double({ min: 0, max: 1, noNaN: true }), (rows, part) => {
      const place = placeAt(rows, part * lastRowTop(rows))
      const { first, end, top } = windowOf(rows, place)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(rows.count)
      if (first > 0) expect(top).toBeLessThanOrEqual(place.scrollTop + 0.01)
      if (end < rows.count)
        expect(top + (end - first) * rows.rowHeight).toBeGreaterThanOrEqual(place.scrollTop + rows.viewport - 0.01)
      expect(end - first).toBeLessThanOrEqual(rows.viewport / rows.rowHeight + 19)
    }),
  )
})

test('ends the last of a million rows where the content ends', () => {
  expect(contentHeight(million)).toBe(tallest)
  const { first, end, top } = windowOf(million, placeAt(million, lastRowTop(million)), 0)
  expect(end).toBe(1_000_000)
  expect(top + (end - first) * 20).toBeCloseTo(tallest, 3)
})

test('moves a million rows by as much as a finger, and through all of them by the scrollbar', () => {
  const before = placeAt(million, 9_000_000)
  expect(rowTopAfter(million, before, before.scrollTop + 60) - before.rowTop).toBeCloseTo(60)
  expect(rowTopAfter(million, before, before.scrollTop - 60) - before.rowTop).toBeCloseTo(-60)
  const halfway = (tallest - million.viewport) / 2
  expect(rowTopAfter(million, { rowTop: 0, scrollTop: 0 }, halfway)).toBeCloseTo(lastRowTop(million) / 2)
  expect(rowTopAfter(million, before, tallest - million.viewport)).toBe(lastRowTop(million))
  expect(rowTopAfter(million, before, 0)).toBe(0)
})

test('never leaves the rows, wherever the element was scrolled from', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(space, unit, unit, unit, (rows, was, wasAt, part) => {
      const range = Math.max(0, contentHeight(rows) - rows.viewport)
      const before = { rowTop: was * lastRowTop(rows), scrollTop: wasAt * range }
      const rowTop = rowTopAfter(rows, before, part * range)
      expect(rowTop).toBeGreaterThanOrEqual(0)
      expect(rowTop).toBeLessThanOrEqual(lastRowTop(rows))
    }),
  )
})

test('brings any row into view at the place asked for', () => {
  fc.assert(
    fc.property(space, fc.nat(), fc.constantFrom<0 | 0.5 | 1>(0, 0.5, 1), (rows, nth, align) => {
      fc.pre(rows.count > 0 && rows.viewport >= rows.rowHeight)
      const row = nth % rows.count
      const place = placeAt(rows, rowTopOf(rows, row, align))
      const { first, end, top } = windowOf(rows, place, 0)
      expect(row).toBeGreaterThanOrEqual(first)
      expect(row).toBeLessThan(end)
      const y = top + (row - first) * rows.rowHeight - place.scrollTop
      expect(y).toBeGreaterThanOrEqual(-0.01)
      expect(y + rows.rowHeight).toBeLessThanOrEqual(rows.viewport + 0.01)
    }),
  )
})

test('does not scroll for a row that is in view already', () => {
  const rows = { count: 100, rowHeight: 20, viewport: 200 }
  expect(isScaled(rows)).toBe(false)
  expect(rowTopToShow(rows, 100, 6)).toBe(100)
  expect(rowTopToShow(rows, 100, 2)).toBe(40)
  expect(rowTopToShow(rows, 100, 20)).toBe(220)
})

/** Wrapped rows of these heights, as they lie in the viewport when the anchor is where it belongs. */
function laidOut(heights: readonly number[], viewport: number) {
  const rows: RowSpace = { count: heights.length, rowHeight: 20, viewport, isWrapped: true }
  const above = (row: number) => heights.slice(0, row).reduce((sum, height) => sum + height, 0)
  const topAt = (rowTop: number) => {
    const { row, part, y } = anchorOf(rows, rowTop)
    return Math.min(0, y - above(row) - part * (heights[row] ?? 0))
  }
  return { rows, above, topAt }
}

const heights = fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 120 })

test('wrapped rows begin at the top, end at the bottom, and only ever move up on the way', () => {
  fc.assert(
    fc.property(heights, fc.integer({ min: 100, max: 900 }), (tall, viewport) => {
      const { rows, above, topAt } = laidOut(tall, viewport)
      const whole = above(tall.length)
      expect(topAt(0)).toBe(0)
      expect(topAt(lastRowTop(rows))).toBeCloseTo(Math.min(0, viewport - whole))
      let before = 0
      for (let rowTop = 0; rowTop <= lastRowTop(rows); rowTop += 5) {
        expect(topAt(rowTop)).toBeLessThanOrEqual(before + 0.001)
        before = topAt(rowTop)
      }
    }),
  )
})

test('draws every wrapped row that is in view, and brings any into view', () => {
  fc.assert(
    fc.property(heights, fc.integer({ min: 420, max: 900 }), fc.nat(), (tall, viewport, nth) => {
      const { rows, above, topAt } = laidOut(tall, viewport)
      const row = nth % rows.count
      const rowTop = rowTopOf(rows, row, 0.5)
      const top = topAt(rowTop)
      expect(top + above(row)).toBeGreaterThanOrEqual(-0.001)
      expect(top + above(row + 1)).toBeLessThanOrEqual(viewport + 0.001)
      const { first, end } = windowOf(rows, placeAt(rows, rowTop), 0)
      for (const [index, height] of tall.entries()) {
        const y = top + above(index)
        if (y + height > 0.001 && y < viewport - 0.001) {
          expect(index).toBeGreaterThanOrEqual(first)
          expect(index).toBeLessThan(end)
        }
      }
    }),
  )
})

test('moves wrapped rows by as much as a finger, where they are all as tall', () => {
  const { rows, topAt } = laidOut(new Array(100).fill(60), 400)
  for (const from of [400, 1700]) {
    const to = from + 30 * anchorPerPixel(rows, from, 60)
    expect(topAt(from) - topAt(to)).toBeCloseTo(30)
  }
})

test('reaches the last of a million wrapped rows', () => {
  const rows = { ...million, isWrapped: true }
  expect(anchorOf(rows, rowTopAfter(rows, { rowTop: 0, scrollTop: 0 }, contentHeight(rows)))).toEqual({
    row: 999_999,
    part: 1,
    y: rows.viewport,
  })
  expect(windowOf(rows, placeAt(rows, lastRowTop(rows))).end).toBe(1_000_000)
})
