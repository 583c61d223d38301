import type { WaybillError } from '#domain/errors.ts'
import type { Committed, EventAddress, Head, JobAddress, StoredEvent } from '#server/journal/journal.ts'
import { EventRing, type RingBudget } from '#server/live/eventRing.ts'
import { type EventRun, makeRun } from '#server/live/eventRun.ts'
import type { Follower } from '#server/live/follower.ts'
import type { ReadAheadBudget } from '#server/live/readAhead.ts'
import { type RunSource, readRun } from '#server/live/readRun.ts'
import { liveSettings } from '#server/live/settings.ts'

/** What the feeds of a process may hold together. */
export type FeedBudgets = { rings: RingBudget; readAhead: ReadAheadBudget }

/** One job's news within this process, shared by all who follow it here. */
export class JobFeed {
  readonly job: JobAddress
  readonly readAhead: ReadAheadBudget
  readonly followers = new Set<Follower>()
  /** The head when its window was last looked at: a window that still lacks it by the next look is behind. */
  headAtLastLook = 0
  readonly #source: RunSource
  readonly #ring: EventRing
  readonly #reads = new Map<number, Promise<EventRun | null>>()
  #known: Head | null = null
  #newest: Pick<EventAddress, 'seq' | 'id'> | null = null
  #failure: WaybillError | null = null
  #hinted = 0
  /** What followers were woken for last, whether they are left alone for now, and whether there is more since. */
  #released = 0
  #isResting = false
  #hasNews = false
  #rest: NodeJS.Timeout | undefined
  /** characters of JSON an event takes, lately */
  #averageSize = 2048

  constructor(job: JobAddress, source: RunSource, budgets: FeedBudgets) {
    this.job = job
    this.readAhead = budgets.readAhead
    this.#source = source
    this.#ring = new EventRing(budgets.rings)
  }

  /** The newest head that is certain; null until the job has been seen in PostgreSQL. */
  get known(): Head | null {
    return this.#known
  }

  /** The newest event that is certain, at or after everything that a follower was given. */
  get newestEvent(): EventAddress | null {
    return this.#newest && { ...this.job, ...this.#newest }
  }

  /** Why its followers cannot go on: what they were given is gone. */
  get failure(): WaybillError | null {
    return this.#failure
  }

  fail(error: WaybillError): void {
    this.#failure = error
    this.clear()
    for (const follower of this.followers) follower.tell()
  }

  /** Another history begins, in which everything that followers were given still stands: only the head may be another. */
  renew(head: Head): void {
    this.#ring.clear()
    this.#hinted = 0
    this.#known = head
    this.#note(head.head, head.id)
    this.#notify()
  }

  /** Takes a head read from PostgreSQL or committed here. Older ones than what is known are late answers. */
  learn(head: Head): void {
    if (this.#known && head.head <= this.#known.head) return
    this.#known = head
    this.#note(head.head, head.id)
    this.#notify()
  }

  commit({ firstSeq, lastSeq, events, state }: Committed): void {
    const run = makeRun(firstSeq - 1, events)
    this.#ring.push(run)
    this.#noteRun(run)
    this.learn({ head: lastSeq, state })
  }

  /** A wake-up named this seq. Only a reason to look: nothing is believed because of it. */
  hint(last: number): void {
    // Also while the first head is still being read: it may be from before the events that this one tells of.
    if (last <= this.#newestSeq) return
    this.#hinted = last
    this.#notify()
  }

  /** Events after `last` that are in memory; null: ask `read` if `hasMore`. */
  take(last: number): EventRun | null {
    return this.#ring.take(last)
  }

  /** While the next round is being gathered, only who is behind the last one has more to get. */
  hasMore(last: number): boolean {
    return (this.#isResting ? this.#released : this.#newestSeq) > last
  }

  /** Events after `last` from the window or PostgreSQL; who asks for the same at the same time shares the answer. */
  read(last: number): Promise<EventRun | null> {
    const underWay = this.#reads.get(last)
    if (underWay) return underWay
    const read = this.#read(last).finally(() => this.#reads.delete(last))
    this.#reads.set(last, read)
    return read
  }

  /** Resolves when there may be events after `last`, or when the follower is stopped. */
  changed(last: number, follower: Follower): Promise<void> {
    return this.hasMore(last) ? Promise.resolve() : follower.news()
  }

  age(): void {
    this.#ring.age()
  }

  clear(): void {
    clearTimeout(this.#rest)
    this.#ring.clear()
  }

  get #newestSeq(): number {
    return Math.max(this.#known?.head ?? 0, this.#hinted)
  }

  async #read(after: number): Promise<EventRun | null> {
    const hinted = this.#hinted
    const known = this.#known ?? { head: after, state: 'pending' }
    const limit = Math.round(liveSettings.batchSize / this.#averageSize)
    const { run, head } = await readRun(this.#source, {
      job: this.job,
      after,
      known,
      limit: Math.max(16, Math.min(limit, liveSettings.batchEvents)),
    })
    if (run) {
      this.#noteRun(run)
      this.#averageSize = (this.#averageSize + run.size / run.events.length) / 2
      // Pages from far behind the head are of no use to anyone else.
      const { end } = this.#ring
      if (run.last >= head.head || (end > 0 && run.first === end + 1)) this.#ring.push(run)
    } else if (this.#hinted === hinted) {
      this.#hinted = 0
    }
    this.learn(head)
    return run
  }

  #note(seq: number, id: string | undefined): void {
    if (id !== undefined && seq >= (this.#newest?.seq ?? 0)) this.#newest = { seq, id }
  }

  #noteRun(run: EventRun): void {
    const newest = run.events.at(-1)
    if (newest) this.#note(newest.seq, idOf(newest))
  }

  /**
   * Wakes who waits: at once, unless the last round is not over or was costly; then what gathers for as long as it took
   * goes together. A thousand followers woken for each of a thousand events would be a million writes.
   */
  #notify(): void {
    this.#hasNews = true
    if (!this.#isResting) this.#release()
  }

  #release(): void {
    const start = performance.now()
    this.#isResting = true
    this.#hasNews = false
    this.#released = this.#newestSeq
    for (const follower of this.followers) follower.tell()
    // Runs when the followers that were woken have written.
    setImmediate(() => {
      const cost = performance.now() - start
      this.#ring.release(this.#leastTaken())
      if (cost < 1 || this.followers.size === 0) this.#endRest()
      else this.#rest = setTimeout(() => this.#endRest(), Math.min(cost, liveSettings.longestRestMs))
    })
  }

  /** The seq that all followers have, those included who have only just come. */
  #leastTaken(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { last } of this.followers) least = Math.min(least, last)
    return least
  }

  #endRest(): void {
    this.#isResting = false
    if (this.#hasNews) this.#release()
  }
}

/** Every envelope begins with it (domain/events/encodeEnvelope.ts). Copied: a part of a text keeps the whole in memory. */
function idOf({ json }: StoredEvent): string {
  return Buffer.from(json.slice(7, 43), 'latin1').toString('latin1')
}
