import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stackHeight, stackOf, stackReveal, stackWindow } from '#components/timeline/layout/rowStack.ts'
import { tallest } from '#components/timeline/layout/virtualWindow.ts'

test('draws every row that touches the viewport, wherever it is scrolled to', () => {
  const heights = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(
      heights,
      fc.integer({ min: 1, max: 900 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (all, viewport, part) => {
        const stack = stackOf(all)
        const scrollTop = Math.max(0, stack.height - viewport) * part
        const { first, end, top } = stackWindow(stack, viewport, scrollTop, 0)
        const drawn = all.slice(first, end).reduce((sum, height) => sum + height, 0)
        expect(top).toBeLessThanOrEqual(scrollTop + 1e-6)
        expect(top + drawn).toBeGreaterThanOrEqual(Math.min(stack.height, scrollTop + viewport) - 1e-6)
      },
    ),
  )
})

test('reaches the last row of a stack that is taller than a browser can lay out', () => {
  const stack = stackOf(Array.from({ length: 1_000_000 }, (_, n) => (n % 3 === 0 ? 60 : 28)))
  expect(stackHeight(stack)).toBe(tallest)
  const { end } = stackWindow(stack, 600, tallest)
  expect(end).toBe(1_000_000)
  const at = stackReveal(stack, 600, 0, 700_000)
  const { first, end: last } = stackWindow(stack, 600, at, 0)
  expect(first).toBeLessThanOrEqual(700_000)
  expect(last).toBeGreaterThan(700_000)
})

test('leaves a row that is in view where it is', () => {
  const stack = stackOf([100, 100, 100, 100])
  expect(stackReveal(stack, 250, 50, 1)).toBe(50)
  expect(stackReveal(stack, 250, 0, 3)).toBe(150)
})
