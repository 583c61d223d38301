import type { Journal } from '#server/journal/journal.ts'
import { follow } from '#server/live/follow.ts'
import { startHeadCheck } from '#server/live/headCheck.ts'
import { HeadReader } from '#server/live/headReader.ts'
import { Hub } from '#server/live/hub.ts'
import type { Live, LiveCounts } from '#server/live/live.ts'
import { Publisher, publishLag } from '#server/live/publisher.ts'
import { openValkey, type Valkey } from '#server/live/valkey.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import type { Logger } from '#server/logger.ts'

export type LiveOptions = {
  journal: Pick<Journal, 'readEvents' | 'readHeads'>
  /** null: followers are woken by this process's commits and by the head check alone */
  valkeyUrl: string | null
  /** names this history of the journal in Valkey's keys */
  epoch: string
  log: Pick<Logger, 'info' | 'warn'>
}

/** Connects in the background: a Valkey that cannot be reached is no reason not to start. BAD_SETTING for a bad URL. */
export function openLive({ journal, valkeyUrl, epoch, log }: LiveOptions): Live {
  const counts: LiveCounts = {
    published: 0,
    holes: 0,
    fills: 0,
    resets: 0,
    headsRepaired: 0,
    windowsRepaired: 0,
    windowReads: 0,
    journalReads: 0,
  }
  const heads = new HeadReader(journal)
  const valkey: Valkey | null =
    valkeyUrl === null
      ? null
      : openValkey({
          url: valkeyUrl,
          epoch,
          log,
          onWake: (channel, last) => hub.wake(channel, last),
          onGap: (channels) => readHeadsOf(channels),
          onUp: () => publisher?.resume(),
        })
  const hub = new Hub({
    source: { journal, heads, valkey, counts },
    wakeUps: valkey?.wakeUps ?? null,
    channelOf: (jobId) => windowKeys(epoch, jobId).wake,
  })
  const nothingPublished = { publishSize: 0, jobsBehind: 0, publishSeconds: publishLag().view() }
  const publisher = valkey && new Publisher({ journal, counts }, valkey)
  const headCheck = startHeadCheck({
    hub,
    journal,
    windows: valkey && publisher && { valkey, publisher },
    counts,
    log,
  })

  /** While a connection was away its wake-ups went to nobody. What fails here, the next head check makes good. */
  function readHeadsOf(channels: readonly string[]): void {
    for (const feed of hub.feedsOf(channels)) {
      if (!feed.known) continue
      heads.read(feed.job).then(
        (head) => head && feed.learn(head),
        () => {},
      )
    }
  }

  return {
    publish(committed) {
      try {
        hub.commit(committed)
        publisher?.publish(committed)
      } catch (error) {
        // The commit stands: whoever follows gets it from PostgreSQL at the next head check.
        log.warn('A commit could not be published', { jobId: committed.jobId, firstSeq: committed.firstSeq }, error)
      }
    },
    follow: (request) => follow(hub, heads, request),
    stats: () => ({ ...hub.size, ...(publisher?.stats ?? nothingPublished), ...counts }),
    health: () => ({ valkey: valkey === null ? 'off' : valkey.isUp() ? 'up' : 'down' }),
    async close() {
      headCheck.stop()
      hub.close()
      publisher?.close()
      valkey?.close()
    },
  }
}
