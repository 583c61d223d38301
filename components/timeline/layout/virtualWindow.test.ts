import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  contentHeight,
  scrollTopOf,
  scrollToShow,
  tallest,
  windowOf,
} from '#components/timeline/layout/virtualWindow.ts'

const space = fc.record({
  count: fc.integer({ min: 0, max: 3_000_000 }),
  rowHeight: fc.constantFrom(20, 24, 44),
  viewport: fc.integer({ min: 0, max: 2_000 }),
})

test('draws every row that is in view, and not many more', () => {
  fc.assert(
    fc.property(space, fc.double({ min: 0, max: 1, noNaN: true }), (rows, part) => {
      const scrollTop = part * Math.max(0, contentHeight(rows) - rows.viewport)
      const { first, end, top } = windowOf(rows, scrollTop)
      expect(first).toBeGreaterThanOrEqual(0)
      expect(end).toBeLessThanOrEqual(rows.count)
      if (first > 0) expect(top).toBeLessThanOrEqual(scrollTop + 0.01)
      if (end < rows.count)
        expect(top + (end - first) * rows.rowHeight).toBeGreaterThanOrEqual(scrollTop + rows.viewport - 0.01)
      expect(end - first).toBeLessThanOrEqual(rows.viewport / rows.rowHeight + 19)
    }),
  )
})

test('reaches the last of a million rows within what a browser lays out', () => {
  const rows = { count: 1_000_000, rowHeight: 20, viewport: 400 }
  expect(contentHeight(rows)).toBe(tallest)
  expect(windowOf(rows, tallest - 400).end).toBe(1_000_000)
  const { first, top } = windowOf(rows, scrollTopOf(rows, 999_999, 1), 0)
  expect(top + (999_999 - first) * 20 + 20).toBeCloseTo(tallest, 3)
})

test('brings any row into view at the place asked for', () => {
  fc.assert(
    fc.property(space, fc.nat(), fc.constantFrom<0 | 0.5 | 1>(0, 0.5, 1), (rows, nth, align) => {
      fc.pre(rows.count > 0 && rows.viewport >= rows.rowHeight)
      const row = nth % rows.count
      const { first, end, top } = windowOf(rows, scrollTopOf(rows, row, align), 0)
      expect(row).toBeGreaterThanOrEqual(first)
      expect(row).toBeLessThan(end)
      const y = top + (row - first) * rows.rowHeight - scrollTopOf(rows, row, align)
      expect(y).toBeGreaterThanOrEqual(-0.01)
      expect(y + rows.rowHeight).toBeLessThanOrEqual(rows.viewport + 0.01)
    }),
  )
})

test('does not scroll for a row that is in view already', () => {
  const rows = { count: 100, rowHeight: 20, viewport: 200 }
  expect(scrollToShow(rows, 100, 6)).toBe(100)
  expect(scrollToShow(rows, 100, 2)).toBe(40)
  expect(scrollToShow(rows, 100, 20)).toBe(220)
})
