import type { WaybillError } from '#domain/errors.ts'
import type { Committed, EventAddress, JobAddress } from '#server/journal/journal.ts'
import type { Follower } from '#server/live/follower.ts'
import { type FeedBudgets, JobFeed } from '#server/live/jobFeed.ts'
import type { RunSource } from '#server/live/readRun.ts'
import { liveSettings } from '#server/live/settings.ts'
import type { WakeUps } from '#server/live/wakeUps.ts'

/** The feeds of one job: one, or two while another organisation asks for what is not its own. */
type Channel = { feeds: Set<JobFeed>; subscribed: Promise<void> }

export type HubOptions = {
  source: RunSource
  wakeUps: WakeUps | null
  /** the channel that tells of a job's events */
  channelOf(jobId: string): string
}

/** Fans news of jobs out to their followers in this process. A job nobody follows costs nothing here. */
export class Hub {
  readonly #options: HubOptions
  readonly #feeds = new Map<string, JobFeed>()
  readonly #channels = new Map<string, Channel>()
  /** the newest events that readers were given who have left, of the jobs left last */
  readonly #left = new Map<string, EventAddress>()
  readonly #budgets: FeedBudgets = {
    rings: { used: 0, limit: liveSettings.allRingsSize },
    readAhead: { held: 0, limit: liveSettings.pagesAhead },
  }
  #closed = false

  constructor(options: HubOptions) {
    this.#options = options
  }

  get feeds(): Iterable<JobFeed> {
    return this.#feeds.values()
  }

  /** What readers have who may come back, and are followed by nobody here now. */
  get left(): EventAddress[] {
    return [...this.#left.values()]
  }

  get size() {
    const size = { followers: 0, followersBehind: 0, furthestBehind: 0 }
    for (const { followers, known } of this.#feeds.values()) {
      size.followers += followers.size
      for (const { last } of known ? followers : []) {
        const behind = Math.max(0, (known?.head ?? 0) - last)
        if (behind > 0) size.followersBehind++
        size.furthestBehind = Math.max(size.furthestBehind, behind)
      }
    }
    return { ...size, followedJobs: this.#feeds.size, ringSize: this.#budgets.rings.used }
  }

  /** Joins the job's feed, made if this is its first follower. To be left again, whatever happens. */
  join(job: JobAddress, follower: Follower): JobFeed {
    if (this.#closed) follower.stop()
    const key = keyOf(job)
    const feed = this.#feeds.get(key) ?? new JobFeed(job, this.#options.source, this.#budgets)
    feed.followers.add(follower)
    this.#feeds.set(key, feed)
    this.#subscribe(feed)
    return feed
  }

  /** Resolves once wake-ups of the job arrive, or when they cannot for now. */
  async listening({ job }: JobFeed): Promise<void> {
    await this.#channels.get(this.#options.channelOf(job.jobId))?.subscribed
  }

  leave(feed: JobFeed, follower: Follower): void {
    feed.followers.delete(follower)
    if (feed.followers.size > 0) return
    this.#remember(feed)
    feed.clear()
    this.#forget(feed)
  }

  /** Ends the feed's followers with this; who comes from now on gets another feed. */
  fail(feed: JobFeed, error: WaybillError): void {
    this.#forget(feed)
    feed.fail(error)
  }

  /** Listens on the channels that jobs have now. Resolves once wake-ups arrive there, or when they cannot for now. */
  async renewChannels(): Promise<void> {
    const former = [...this.#channels.keys()]
    this.#channels.clear()
    for (const name of former) this.#options.wakeUps?.unsubscribe(name)
    for (const feed of this.#feeds.values()) this.#subscribe(feed)
    await Promise.all([...this.#channels.values()].map(({ subscribed }) => subscribed))
  }

  commit(committed: Committed): void {
    this.#feeds.get(keyOf(committed))?.commit(committed)
  }

  /** Looked up and noted, nothing more: the subscriber connection must never wait for work. */
  wake(channel: string, last: number): void {
    for (const feed of this.#channels.get(channel)?.feeds ?? []) feed.hint(last)
  }

  feedsOf(channels: readonly string[]): JobFeed[] {
    return channels.flatMap((channel) => [...(this.#channels.get(channel)?.feeds ?? [])])
  }

  close(): void {
    this.#closed = true
    for (const feed of this.#feeds.values()) for (const follower of feed.followers) follower.stop()
  }

  #remember({ job, newestEvent }: JobFeed): void {
    if (newestEvent === null) return
    const key = keyOf(job)
    // Moved to the end: the first is the one that was left longest ago.
    this.#left.delete(key)
    this.#left.set(key, newestEvent)
    for (const oldest of this.#left.keys()) {
      if (this.#left.size <= liveSettings.leftJobs) return
      this.#left.delete(oldest)
    }
  }

  #forget(feed: JobFeed): void {
    // Another may stand in its place by now.
    if (this.#feeds.get(keyOf(feed.job)) === feed) this.#feeds.delete(keyOf(feed.job))
    const name = this.#options.channelOf(feed.job.jobId)
    const channel = this.#channels.get(name)
    if (!channel?.feeds.delete(feed) || channel.feeds.size > 0) return
    this.#channels.delete(name)
    this.#options.wakeUps?.unsubscribe(name)
  }

  #subscribe(feed: JobFeed): void {
    const name = this.#options.channelOf(feed.job.jobId)
    const channel = this.#channels.get(name)
    if (channel) {
      channel.feeds.add(feed)
      return
    }
    const subscribed = this.#options.wakeUps?.subscribe(name) ?? Promise.resolve()
    this.#channels.set(name, { feeds: new Set([feed]), subscribed })
  }
}

function keyOf({ orgId, jobId }: JobAddress): string {
  return `${orgId}/${jobId}`
}
