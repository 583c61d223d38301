import { LRUCache } from 'lru-cache'
import type { JobShape } from '#domain/job/shape.ts'

/** A job's shape as it was stored at `shapeSeq`. Verdicts on it hold only while the job's shape_seq is the same. */
export type StoredShape = {
  orgId: string
  shapeSeq: number
  shape: JobShape
  /** false once another process is known to have changed the job: what is new must be read before the next verdict */
  isCurrent: boolean
}

export type ShapeCache = {
  get(jobId: string): StoredShape | undefined
  set(jobId: string, stored: StoredShape): void
  /** Another process has changed the job; what is known stays a base to read on from. */
  outdate(jobId: string): void
  /** A lost connection may mean another server with another past: nothing known is trusted. */
  clear(): void
  /** how often that was: what was read on from a shape before is not to be kept after */
  readonly clearings: number
}

/** Parts held over all jobs: about 200 bytes each, so some 100 MB at the very most. */
const MAX_PARTS = 500_000

export function openShapeCache(): ShapeCache {
  const cache = new LRUCache<string, StoredShape>({
    maxSize: MAX_PARTS,
    sizeCalculation: ({ shape }) => 1 + shape.steps.size + shape.gates.size,
  })
  let clearings = 0
  return {
    get: (jobId) => cache.get(jobId),
    set: (jobId, stored) => void cache.set(jobId, stored),
    outdate: (jobId) => {
      const stored = cache.get(jobId)
      if (stored) stored.isCurrent = false
    },
    clear: () => {
      clearings++
      cache.clear()
    },
    get clearings() {
      return clearings
    },
  }
}
