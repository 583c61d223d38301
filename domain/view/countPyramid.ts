import type { EventKind } from '#domain/events/kinds.ts'

/** Buckets at most: more than the pixels of any overview, and 160 KiB of numbers for all kinds. */
export const mostBuckets = 8192
const firstBucketMs = 10

/** Counts over time as they are stored and served. */
export type CountsTable = {
  /** where the first bucket begins, in milliseconds since the epoch; null: there is no event */
  originMs: number | null
  /** width of a bucket, 10 ms doubled so often that all fit */
  bucketMs: number
  /** events per bucket, from the first; zeros at the end are left out */
  kinds: Record<EventKind, number[]>
}

/** The same through `head`. */
export type CountsWindow = CountsTable & { head: number }

/**
 * How many events of each kind came when, in buckets of equal width. When time outgrows them, the width doubles and
 * neighbours are added up: an event costs one increment, whatever the length of the job.
 */
export class CountPyramid {
  /** width of a bucket in milliseconds */
  bucketMs = firstBucketMs
  private origin: number | null = null
  private readonly buckets: number
  private readonly counts: Record<EventKind, Uint32Array>

  /** @param buckets a power of two */
  constructor(buckets = mostBuckets) {
    this.buckets = buckets
    this.counts = {
      job: new Uint32Array(buckets),
      step: new Uint32Array(buckets),
      output: new Uint32Array(buckets),
      ai: new Uint32Array(buckets),
      gate: new Uint32Array(buckets),
    }
  }

  /** A table as it was, in at most so many buckets: it can be added to like the one that it was made from. */
  static from({ originMs, bucketMs, kinds }: CountsTable, buckets = mostBuckets): CountPyramid {
    const pyramid = new CountPyramid(buckets)
    pyramid.origin = originMs
    const length = Math.max(...Object.values(kinds).map((lane) => lane.length))
    let halvings = 0
    while (length > buckets * 2 ** halvings) halvings++
    pyramid.bucketMs = bucketMs * 2 ** halvings
    for (const [kind, lane] of Object.entries(kinds)) {
      const counts = pyramid.counts[kind as EventKind]
      for (const [bucket, count] of lane.entries()) {
        const at = bucket >>> halvings
        counts[at] = (counts[at] ?? 0) + count
      }
    }
    return pyramid
  }

  toTable(): CountsTable {
    const { job, step, output, ai, gate } = this.counts
    return {
      originMs: this.origin,
      bucketMs: this.bucketMs,
      kinds: { job: dense(job), step: dense(step), output: dense(output), ai: dense(ai), gate: dense(gate) },
    }
  }

  /** @param at milliseconds since the epoch; a moment before the first counts as the first */
  add(kind: EventKind, at: number, count = 1): void {
    this.origin ??= at
    const offset = Math.max(0, at - this.origin)
    while (offset >= this.bucketMs * this.buckets) this.halve()
    const lane = this.counts[kind]
    const bucket = Math.floor(offset / this.bucketMs)
    lane[bucket] = (lane[bucket] ?? 0) + count
  }

  /**
   * Counts of one kind between each two neighbours of ascending moments. A bucket that lies across one counts where it
   * begins, so the columns add up to what lies between the first and the last.
   */
  columns(kind: EventKind, edges: readonly number[]): Uint32Array {
    const result = new Uint32Array(Math.max(0, edges.length - 1))
    const origin = this.origin
    if (origin === null) return result
    const lane = this.counts[kind]
    const bucketAt = (at: number) => Math.max(0, Math.min(this.buckets, Math.ceil((at - origin) / this.bucketMs)))
    for (let column = 0, bucket = bucketAt(edges[0] ?? 0); column < result.length; column++) {
      let count = 0
      for (const end = bucketAt(edges[column + 1] ?? 0); bucket < end; bucket++) count += lane[bucket] ?? 0
      result[column] = count
    }
    return result
  }

  /** Stretches between two events, of `least` milliseconds or more, in which nothing is counted; exact to a bucket. */
  idle(least: number): { from: number; to: number }[] {
    const origin = this.origin
    const found: { from: number; to: number }[] = []
    if (origin === null) return found
    const { job, step, output, ai, gate } = this.counts
    let from = origin
    // no list, no function: a page that follows a job asks twenty times a second
    for (let bucket = 0; bucket < this.buckets; bucket++) {
      if (!output[bucket] && !step[bucket] && !ai[bucket] && !gate[bucket] && !job[bucket]) continue
      const to = origin + bucket * this.bucketMs
      if (to - from >= least) found.push({ from, to })
      from = to + this.bucketMs
    }
    return found
  }

  private halve(): void {
    const half = this.buckets / 2
    for (const lane of Object.values(this.counts)) {
      for (let i = 0; i < half; i++) lane[i] = (lane[2 * i] ?? 0) + (lane[2 * i + 1] ?? 0)
      lane.fill(0, half)
    }
    this.bucketMs *= 2
  }
}

function dense(lane: Uint32Array): number[] {
  return Array.from(lane.subarray(0, lane.findLastIndex((count) => count > 0) + 1))
}
