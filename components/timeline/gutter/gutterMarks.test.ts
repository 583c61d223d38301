import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gutterMarks } from '#components/timeline/gutter/gutterMarks.ts'

const whole = { height: 100, first: 0, end: 1000, rows: 1000, rowOf: (line: number) => line }

test('marks where hits lie, joins neighbours, and leaves out what is not shown', () => {
  const density = { origin: 1, width: 10, counts: Array.from({ length: 100 }, (_, n) => (n < 10 || n === 50 ? 1 : 0)) }
  expect(gutterMarks(density, whole)).toEqual([
    { top: 0, end: 11 },
    { top: 50, end: 52 },
  ])
  const narrowed = { ...whole, first: 500, end: 600, rows: 100, rowOf: (line: number) => line - 500 }
  expect(gutterMarks(density, narrowed)).toEqual([{ top: 0, end: 10 }])
  expect(gutterMarks({ ...density, counts: [] }, whole)).toEqual([])
})

test('marks hidden lines at the row that stands for them', () => {
  const folded = { ...whole, rows: 101, rowOf: (line: number) => Math.max(1, line - 899) }
  expect(gutterMarks({ origin: 1, width: 1, counts: [0, 0, 0, 0, 7] }, folded)).toEqual([{ top: 0, end: 2 }])
})

test('draws inside the gutter, in order, and leaves no hit without a mark', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { maxLength: 64 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 2, max: 900 }),
      (counts, width, height) => {
        const end = Math.max(1, counts.length * width)
        const marks = gutterMarks({ origin: 1, width, counts }, { ...whole, height, end, rows: end })
        for (const [n, mark] of marks.entries()) {
          expect(mark.end - mark.top).toBeGreaterThanOrEqual(2)
          expect(mark.top).toBeGreaterThan(marks[n - 1]?.end ?? -1)
          expect(mark.end).toBeLessThanOrEqual(height)
        }
        for (const [index, count] of counts.entries()) {
          const at = Math.floor(((index * width) / end) * height)
          expect(count === 0 || marks.some(({ top, end: last }) => top <= at && at < last)).toBe(true)
        }
      },
    ),
  )
})
