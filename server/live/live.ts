import type { JobState } from '#domain/job/shape.ts'
import type { OutputCount } from '#domain/view/countsFrame.ts'
import type { HistogramView } from '#server/histogram.ts'
import type { Committed, JobAddress, StoredEvent } from '#server/journal/journal.ts'
import type { TypeFilter } from '#server/live/eventRun.ts'

export type FollowRequest = JobAddress & {
  /** last seq the caller has; 0 for all */
  after: number
  /** ends the iteration and frees everything it holds */
  signal: AbortSignal
}

export type FollowBatch = {
  /** Right after the batch before, ascending, without a hole. Shared with other followers: never change it. */
  readonly events: readonly StoredEvent[]
  /** The last seq that is in or before this batch. */
  last: number
  /** The batch ends at the head that is known. The first time means: history is done. */
  caughtUp: boolean
  head: number
  /** The job's state at `head`. */
  state: JobState
  /** The last event of a job in a final state is in or before this batch: it is the last batch. */
  final: boolean
  /** The events as SSE frames, encoded once for all who share them; with a filter, of the events it lets through. */
  frames(filter?: TypeFilter): Uint8Array
  /** Per event: what it counts for, if it is of output or progress; made once for all who share them. */
  outputs(): readonly (OutputCount | null)[]
}

export type LiveStats = {
  /** followers now, and the jobs they follow */
  followers: number
  followedJobs: number
  /** followers that have not taken all events up to the head, and how many events the last of them lacks */
  followersBehind: number
  furthestBehind: number
  /** events kept in memory for followers, in characters of JSON */
  ringSize: number
  /** committed events waiting to be published, in characters of JSON */
  publishSize: number
  /** jobs whose window is known to lack events */
  jobsBehind: number
  /** seconds from a commit of this process until its events were in the window */
  publishSeconds: HistogramView
} & LiveCounts

export type LiveCounts = {
  /** events written into windows by this process */
  published: number
  /** times the window ended before what was to be published */
  holes: number
  /** windows extended or replaced from PostgreSQL */
  fills: number
  resets: number
  /** heads that the head check found before any wake-up told of them */
  headsRepaired: number
  /** windows of followed jobs that were found short or broken */
  windowsRepaired: number
  /** batches served out of the window, and out of PostgreSQL */
  windowReads: number
  journalReads: number
}

export type Live = {
  /** To be called after a commit. Never throws, never waits: own followers first, Valkey in the background. */
  publish(committed: Committed): void
  /** A connection to PostgreSQL was lost: whoever answers next may have been set back to an earlier state. */
  doubt(): void
  /**
   * A job's events after `after`, then as they come, until its final event or until `signal` or `close` ends it; only
   * `final` means that the job is over. The first step rejects with NOT_FOUND (unknown or foreign job), CURSOR_AHEAD
   * (`after` beyond the head) or what the database says; later ones only after several tries.
   */
  follow(request: FollowRequest): AsyncIterable<FollowBatch>
  stats(): LiveStats
  health(): { valkey: 'up' | 'down' | 'off' }
  /** Ends all followers and closes all connections. */
  close(): Promise<void>
}
