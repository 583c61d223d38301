import { expect, it } from 'vitest'
import { createHistogram } from '#server/histogram.ts'

it('counts each observation in the smallest bucket that holds it', () => {
  const histogram = createHistogram([1, 10])
  for (const value of [0, 1, 1.5, 10, 11]) histogram.observe(value)
  expect(histogram.view()).toEqual({ bounds: [1, 10], counts: [2, 2], count: 5, sum: 23.5 })
})

it('gives views that later observations do not change', () => {
  const histogram = createHistogram([1])
  const before = histogram.view()
  histogram.observe(1)
  expect([before.count, before.counts]).toEqual([0, [0]])
})
