/** How many hits lie in each bucket, from the first; zeros at the end are left out. */
export type Density = {
  /** where the first bucket begins */
  origin: number
  /** width of a bucket */
  width: number
  counts: number[]
}

/** Both together. They begin at the same place, and the width of one is that of the other doubled some times. */
export function addDensities(a: Density, b: Density): Density {
  const [fine, wide] = a.width <= b.width ? [a, b] : [b, a]
  const counts = [...wide.counts]
  for (const [index, count] of fine.counts.entries()) {
    const at = Math.floor((index * fine.width) / wide.width)
    while (counts.length <= at) counts.push(0)
    counts[at] = (counts[at] ?? 0) + count
  }
  return { origin: wide.origin, width: wide.width, counts }
}

/**
 * Counts hits along a line or through time in at most so many buckets of equal width. When they do not suffice, the width
 * doubles and neighbours are added up, so the end need not be known beforehand.
 */
export class DensityCount {
  private width: number
  private readonly origin: number
  private readonly counts: Uint32Array

  /** @param buckets an even number */
  constructor({ origin, width, buckets }: { origin: number; width: number; buckets: number }) {
    this.origin = origin
    this.width = width
    this.counts = new Uint32Array(buckets)
  }

  /** What lies before the origin counts as being there. */
  add(at: number): void {
    const offset = Math.max(0, at - this.origin)
    while (offset >= this.width * this.counts.length) this.halve()
    const bucket = Math.floor(offset / this.width)
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
  }

  result(): Density {
    const { origin, width, counts } = this
    const last = counts.findLastIndex((count) => count > 0)
    return { origin, width, counts: Array.from(counts.subarray(0, last + 1)) }
  }

  private halve(): void {
    const { counts } = this
    const half = counts.length / 2
    for (let i = 0; i < half; i++) counts[i] = (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0)
    counts.fill(0, half)
    this.width *= 2
  }
}
