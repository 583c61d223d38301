import { isFinal } from '#domain/job/shape.ts'
import type { Journal } from '#server/journal/journal.ts'
import type { History } from '#server/live/history.ts'
import type { Hub } from '#server/live/hub.ts'
import type { JobFeed } from '#server/live/jobFeed.ts'
import type { LiveCounts } from '#server/live/live.ts'
import type { Publisher } from '#server/live/publisher.ts'
import { liveSettings } from '#server/live/settings.ts'
import type { Valkey } from '#server/live/valkey.ts'
import { isWhole } from '#server/live/window.ts'
import type { Logger } from '#server/logger.ts'

export type HeadCheckOptions = {
  hub: Hub
  history: History
  journal: Pick<Journal, 'readHeads'>
  /** null without Valkey: then there are no windows to look at */
  windows: { valkey: Valkey; publisher: Publisher } | null
  counts: LiveCounts
  log: Pick<Logger, 'warn'>
}

/** Jobs per query, and windows looked at side by side. */
const jobsPerQuery = 1000
const looksAtOnce = 100

/**
 * Compares what followers were told with the journal, every second or two. Wake-ups get lost, and no gap ever shows when
 * it was the last one of a burst: this is what bounds how long a follower can be behind.
 */
export function startHeadCheck({ hub, history, journal, windows, counts, log }: HeadCheckOptions): { stop(): void } {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let rounds = 0
  let failed = false

  async function check(): Promise<void> {
    await history.check()
    const feeds = [...hub.feeds].filter((feed) => feed.known !== null)
    for (const feed of feeds) feed.age()
    for (let i = 0; i < feeds.length; i += jobsPerQuery) await readHeads(feeds.slice(i, i + jobsPerQuery))
    if (++rounds % liveSettings.windowCheckEvery === 0) await lookAtWindows(feeds)
  }

  async function readHeads(feeds: readonly JobFeed[]): Promise<void> {
    const heads = await journal.readHeads(feeds.map(({ job }) => job))
    for (const feed of feeds) {
      const head = heads.get(feed.job.jobId)
      if (!head) continue
      if (head.head > (feed.known?.head ?? 0)) counts.headsRepaired++
      feed.learn(head)
    }
  }

  async function lookAtWindows(feeds: readonly JobFeed[]): Promise<void> {
    if (!windows?.valkey.isUsable()) return
    for (let i = 0; i < feeds.length; i += looksAtOnce) {
      await Promise.all(feeds.slice(i, i + looksAtOnce).map((feed) => lookAt(feed, windows)))
    }
  }

  async function lookAt(feed: JobFeed, { valkey, publisher }: NonNullable<typeof windows>): Promise<void> {
    const { known, headAtLastLook, job } = feed
    // A job that is over has its last events in the journal; nobody waits for more in its window.
    if (!known || isFinal(known.state)) return
    feed.headAtLastLook = known.head
    const view = await valkey.attempt((window) => window.look(job.jobId))
    if (!view || isWhole(view, headAtLastLook, valkey.window.length)) return
    counts.windowsRepaired++
    publisher.repair(job)
  }

  function next(): void {
    if (stopped) return
    const { least, most } = liveSettings.headCheckMs
    timer = setTimeout(
      async () => {
        try {
          await check()
          failed = false
        } catch (error) {
          if (!failed && !stopped) log.warn('Followed jobs could not be checked; trying again', {}, error)
          failed = true
        }
        next()
      },
      least + Math.random() * (most - least),
    )
  }

  next()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
