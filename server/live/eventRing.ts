import { type EventRun, joinRuns, makeRun } from '#server/live/eventRun.ts'
import { liveSettings } from '#server/live/settings.ts'

/** What the rings of all jobs hold together, in characters of JSON. */
export type RingBudget = { used: number; limit: number }

/** Slices handed out again to followers that stand at the same seq; those elsewhere get their own. */
const keptSlices = 8

/**
 * The newest events of one job, for followers that are level or nearly so. Always one contiguous run, bounded in events
 * and size; whoever is further behind reads from the window or from PostgreSQL.
 */
export class EventRing {
  readonly #budget: RingBudget
  #runs: EventRun[] = []
  /** An array: a Map's former tables, once old, keep what they held alive until a full collection (docs/decisions/0035). */
  #slices: EventRun[] = []
  #size = 0
  #events = 0
  /** the newest seq that was offered, held or not */
  #end = 0
  #touched = false

  constructor(budget: RingBudget) {
    this.#budget = budget
  }

  get end(): number {
    return this.#end
  }

  /** Takes what is new in `run`. A hole before it means that it starts the ring anew. */
  push(run: EventRun): void {
    if (run.last <= this.#end) return
    const isNext = run.first <= this.#end + 1
    if (!isNext) this.clear()
    const fresh =
      isNext && run.first <= this.#end ? makeRun(this.#end, run.events.slice(this.#end + 1 - run.first)) : run
    this.#end = fresh.last
    this.#touched = true
    this.#slices = []
    this.#runs.push(fresh)
    this.#resize(fresh.size, fresh.events.length)
    while (this.#size > liveSettings.ringSize || this.#events > liveSettings.ringEvents) {
      if (this.#runs.length === 1) break
      this.#dropOldest()
    }
    // One commit may be larger than a ring: it stays whole while there is room for it among all rings.
    if (this.#budget.used > this.#budget.limit) this.clear()
  }

  /** The events after `after`, as many as make a batch; null if they are not (all) here. The same object for all who ask for the same. */
  take(after: number): EventRun | null {
    const [oldest] = this.#runs
    if (!oldest || after >= this.#end || after < oldest.first - 1) return null
    const known = this.#slices.find(({ first }) => first === after + 1)
    if (known) return known
    const slice = this.#slice(after)
    if (this.#slices.length < keptSlices) this.#slices.push(slice)
    return slice
  }

  /** Forgets what nobody waits for any more: kept for longer, events leave the young generation, which costs as much as sending them. */
  release(through: number): void {
    for (let oldest = this.#runs[0]; oldest && oldest.last <= through; oldest = this.#runs[0]) this.#dropOldest()
    if (this.#runs.length === 0) this.#slices = []
  }

  /** Forgets events that nothing was added to since the last call: whoever wanted them has them. */
  age(): void {
    if (!this.#touched) this.clear()
    this.#touched = false
  }

  clear(): void {
    this.#runs = []
    this.#slices = []
    this.#resize(-this.#size, -this.#events)
  }

  #slice(after: number): EventRun {
    // From the end: who asks is nearly always level.
    const start = this.#runs.findLastIndex((run) => run.first <= after + 1)
    const parts: EventRun[] = []
    let size = 0
    let events = 0
    for (let i = start; i < this.#runs.length; i++) {
      const run = this.#runs[i]
      if (!run) break
      if (parts.length > 0 && size + run.size > liveSettings.batchSize) break
      if (parts.length > 0 && events + run.events.length > liveSettings.batchEvents) break
      const part = run.first <= after ? makeRun(after, run.events.slice(after + 1 - run.first)) : run
      parts.push(part)
      size += part.size
      events += part.events.length
    }
    return joinRuns(parts)
  }

  #dropOldest(): void {
    const oldest = this.#runs.shift()
    if (oldest) this.#resize(-oldest.size, -oldest.events.length)
  }

  #resize(size: number, events: number): void {
    this.#size += size
    this.#events += events
    this.#budget.used += size
  }
}
