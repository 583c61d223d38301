/** Observations counted in buckets, as Prometheus wants them. */
export type HistogramView = {
  /** upper bounds, ascending; everything larger is in `count` alone */
  bounds: readonly number[]
  /** observations in each bucket, smaller buckets not included */
  counts: readonly number[]
  count: number
  sum: number
}

export type Histogram = { observe(value: number): void; view(): HistogramView }

/** A few additions an observation: cheap enough for every flush. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = bounds.map(() => 0)
  let count = 0
  let sum = 0
  return {
    observe(value) {
      count++
      sum += value
      const bucket = bounds.findIndex((bound) => value <= bound)
      if (bucket !== -1) counts[bucket] = (counts[bucket] ?? 0) + 1
    },
    view: () => ({ bounds, counts: [...counts], count, sum }),
  }
}
