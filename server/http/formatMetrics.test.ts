import { expect, it } from 'vitest'
import { createHistogram } from '#server/histogram.ts'
import { formatMetrics } from '#server/http/formatMetrics.ts'

it('prints counters and gauges with their labels', () => {
  const samples = [{ value: 3, labels: { code: 'NOT_FOUND', way: 'a' } }, { value: 0.5 }]
  expect(formatMetrics([{ name: 'x_total', help: 'What it is.', type: 'counter', samples }])).toBe(
    '# HELP x_total What it is.\n# TYPE x_total counter\nx_total{code="NOT_FOUND",way="a"} 3\nx_total 0.5\n',
  )
})

it('adds the smaller buckets of a histogram to the larger ones', () => {
  const histogram = createHistogram([0.001, 1])
  for (const seconds of [0.0005, 0.5, 0.25, 7]) histogram.observe(seconds)
  expect(formatMetrics([{ name: 'h', help: 'H.', type: 'histogram', histogram: histogram.view() }])).toBe(
    [
      '# HELP h H.',
      '# TYPE h histogram',
      'h_bucket{le="0.001"} 1',
      'h_bucket{le="1"} 3',
      'h_bucket{le="+Inf"} 4',
      'h_sum 7.7505',
      'h_count 4',
      '',
    ].join('\n'),
  )
})

it('keeps a line a line, whatever a text or a value holds', () => {
  const samples = [
    { value: Number.POSITIVE_INFINITY, labels: { version: 'a"b\\c\nd' } },
    { value: Number.NaN },
    { value: 1e-7 },
  ]
  expect(formatMetrics([{ name: 'g', help: 'a\\b\nc "d"', type: 'gauge', samples }])).toBe(
    '# HELP g a\\\\b\\nc "d"\n# TYPE g gauge\ng{version="a\\"b\\\\c\\nd"} +Inf\ng NaN\ng 1e-7\n',
  )
})
