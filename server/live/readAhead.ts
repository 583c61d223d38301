import type { EventRun } from '#server/live/eventRun.ts'
import type { JobFeed } from '#server/live/jobFeed.ts'

/** Pages that all followers of a process hold before they are asked for. */
export type ReadAheadBudget = { held: number; limit: number }

/**
 * One follower's next page of history, read while its client takes the last one: else PostgreSQL, this process and the
 * client would only ever work in turns. Never more than one page, and none while too many are held: a reader that
 * stalls keeps what was read for it.
 */
export class ReadAhead implements Disposable {
  readonly #feed: JobFeed
  #next: { after: number; run: Promise<EventRun | null> } | null = null

  constructor(feed: JobFeed) {
    this.#feed = feed
  }

  /** Reads what follows `after`, if that is history. */
  start(after: number): void {
    const { readAhead, known } = this.#feed
    if (this.#next || after >= (known?.head ?? 0) || readAhead.held >= readAhead.limit) return
    readAhead.held++
    const run = this.#feed.read(after)
    // Told to whoever takes it; nobody may.
    run.catch(() => {})
    this.#next = { after, run }
  }

  /** What was read after `after`, or is being read; null if nothing was. */
  take(after: number): Promise<EventRun | null> | null {
    const next = this.#next
    this[Symbol.dispose]()
    return next?.after === after ? next.run : null
  }

  [Symbol.dispose](): void {
    if (this.#next) this.#feed.readAhead.held--
    this.#next = null
  }
}
