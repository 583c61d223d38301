import type { EventKind } from '#domain/events/kinds.ts'

const buckets = 4096

/**
 * How many events of each kind came when, in buckets of equal width. When time outgrows them, the width doubles and
 * neighbours are added up: an event costs one increment, whatever the length of the job.
 */
export class CountPyramid {
  /** width of a bucket in milliseconds */
  bucketMs = 10
  private origin: number | null = null
  private readonly counts: Record<EventKind, Uint32Array> = {
    job: new Uint32Array(buckets),
    step: new Uint32Array(buckets),
    output: new Uint32Array(buckets),
    ai: new Uint32Array(buckets),
    gate: new Uint32Array(buckets),
  }

  /** @param at milliseconds since the epoch; a moment before the first counts as the first */
  add(kind: EventKind, at: number, count = 1): void {
    this.origin ??= at
    const offset = Math.max(0, at - this.origin)
    while (offset >= this.bucketMs * buckets) this.halve()
    const lane = this.counts[kind]
    const bucket = Math.floor(offset / this.bucketMs)
    lane[bucket] = (lane[bucket] ?? 0) + count
  }

  /**
   * Counts of one kind in `columns` equal parts of [from, to). A bucket that lies across an edge counts where it begins,
   * so the columns add up to what the range holds.
   */
  columns(kind: EventKind, range: { from: number; to: number; columns: number }): Uint32Array {
    const { from, to, columns } = range
    const result = new Uint32Array(columns)
    const origin = this.origin
    if (origin === null || to <= from) return result
    const lane = this.counts[kind]
    const first = Math.max(0, Math.ceil((from - origin) / this.bucketMs))
    const last = Math.min(buckets, Math.ceil((to - origin) / this.bucketMs))
    const scale = columns / (to - from)
    for (let bucket = first; bucket < last; bucket++) {
      const count = lane[bucket] ?? 0
      if (count === 0) continue
      const column = Math.min(columns - 1, Math.floor((origin + bucket * this.bucketMs - from) * scale))
      result[column] = (result[column] ?? 0) + count
    }
    return result
  }

  private halve(): void {
    for (const lane of Object.values(this.counts)) {
      for (let i = 0; i < buckets / 2; i++) lane[i] = (lane[2 * i] ?? 0) + (lane[2 * i + 1] ?? 0)
      lane.fill(0, buckets / 2)
    }
    this.bucketMs *= 2
  }
}
