import { isFinal } from '#domain/job/shape.ts'
import type { Committed, JobAddress } from '#server/journal/journal.ts'
import { liveSettings } from '#server/live/settings.ts'
import type { WindowWrite } from '#server/live/window.ts'
import { toEntry } from '#server/live/windowEntry.ts'

/** What one job still has to publish: its commits in order, or only the fact that its window lacks some. */
export class PublishQueue {
  readonly job: JobAddress
  /** The window lacks events whose content is no longer held here. */
  behind = false
  /** Something is under way for this job. */
  busy = false
  /** Failures in a row, and when to try again (performance.now()). */
  failures = 0
  retryAt = 0
  #commits: { committed: Committed; at: number }[] = []
  #events = 0
  #size = 0

  constructor(job: JobAddress) {
    this.job = job
  }

  /** characters of JSON held */
  get size(): number {
    return this.#size
  }

  get isEmpty(): boolean {
    return this.#commits.length === 0
  }

  push(committed: Committed): void {
    this.#commits.push({ committed, at: performance.now() })
    this.#resize(committed, 1)
    // Older events than a window holds would be trimmed at once.
    for (let oldest = this.#commits[0]; oldest; oldest = this.#commits[0]) {
      if (this.#events - oldest.committed.events.length < liveSettings.windowLength) return
      this.#shift()
    }
  }

  drop(): void {
    this.#commits = []
    this.#events = 0
    this.#size = 0
  }

  /** The oldest contiguous events, several commits together up to one script call's worth; and when the first came. */
  take(): { write: WindowWrite; since: number } | null {
    const taken: Committed[] = []
    const since = this.#commits[0]?.at ?? 0
    let events = 0
    for (let next = this.#commits[0]?.committed; next; next = this.#commits[0]?.committed) {
      const before = taken.at(-1)
      if (before && next.firstSeq !== before.lastSeq + 1) break
      if (before && events + next.events.length > liveSettings.publishBatch) break
      taken.push(next)
      events += next.events.length
      this.#shift()
    }
    const newest = taken.at(-1)
    if (!newest) return null
    const entries = taken.flatMap((commit) => commit.events.map(toEntry))
    return { write: { jobId: this.job.jobId, entries, final: isFinal(newest.state) }, since }
  }

  #shift(): void {
    const oldest = this.#commits.shift()
    if (oldest) this.#resize(oldest.committed, -1)
  }

  #resize({ events }: Committed, sign: 1 | -1): void {
    this.#events += sign * events.length
    this.#size += sign * sizeOf(events)
  }
}

export function sizeOf(events: Committed['events']): number {
  let size = 0
  for (const { json } of events) size += json.length
  return size
}
