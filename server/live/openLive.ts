import type { Committed, JobAddress, Journal } from '#server/journal/journal.ts'
import { findLosses } from '#server/live/findLosses.ts'
import { cursorAhead, follow } from '#server/live/follow.ts'
import { startHeadCheck } from '#server/live/headCheck.ts'
import { HeadReader } from '#server/live/headReader.ts'
import { History } from '#server/live/history.ts'
import { Hub } from '#server/live/hub.ts'
import type { JobFeed } from '#server/live/jobFeed.ts'
import type { Live, LiveCounts } from '#server/live/live.ts'
import { Publisher, publishLag } from '#server/live/publisher.ts'
import { liveSettings } from '#server/live/settings.ts'
import { openValkey, type Valkey } from '#server/live/valkey.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import type { Logger } from '#server/logger.ts'

export type LiveOptions = {
  journal: Pick<Journal, 'readEvents' | 'readHeads' | 'readEpoch' | 'keepsEvents' | 'noteLosses'>
  /** null: followers are woken by this process's commits and by the head check alone */
  valkeyUrl: string | null
  /** names this history of the journal in Valkey's keys; as the journal said a moment ago */
  epoch: string
  log: Pick<Logger, 'info' | 'warn'>
}

/** Connects in the background: a Valkey that cannot be reached is no reason not to start. BAD_SETTING for a bad URL. */
export function openLive({ journal: anyJournal, valkeyUrl, epoch: firstEpoch, log }: LiveOptions): Live {
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
  let epoch = firstEpoch
  /** committed while it is not certain in which history */
  let held: Committed[] = []
  const history = new History({ readEpoch: () => anyJournal.readEpoch(), epoch, renew, onCertain: releaseHeld })
  /** The journal as one history: an answer is never of another one than what is known already. */
  const journal: Pick<Journal, 'readEvents' | 'readHeads'> = {
    readEvents: (query) => history.ask(() => anyJournal.readEvents(query)),
    readHeads: (jobs) => history.ask(() => anyJournal.readHeads(jobs)),
  }
  const heads = new HeadReader(journal)
  const valkey: Valkey | null =
    valkeyUrl === null
      ? null
      : openValkey({
          url: valkeyUrl,
          epoch,
          isCertain: () => history.isCertain,
          log,
          onWake: (channel, last) => hub.wake(channel, last),
          onGap: (channels) => readHeadsOf(hub.feedsOf(channels)),
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
    history,
    journal,
    windows: valkey && publisher && { valkey, publisher },
    counts,
    log,
  })

  /** While a connection was away its wake-ups went to nobody. What fails here, the next head check makes good. */
  function readHeadsOf(feeds: readonly JobFeed[]): void {
    for (const feed of feeds) {
      if (!feed.known) continue
      heads.read(feed.job).then(
        (head) => head && feed.learn(head),
        () => {},
      )
    }
  }

  function tell(committed: Committed): void {
    try {
      hub.commit(committed)
      publisher?.publish(committed)
    } catch (error) {
      // The commit stands: whoever follows gets it from PostgreSQL at the next head check.
      log.warn('A commit could not be published', { jobId: committed.jobId, firstSeq: committed.firstSeq }, error)
    }
  }

  /**
   * PostgreSQL may have been set back. Nothing of the former windows is used again; followers that were given events which
   * are gone are ended, for with others in their place they would be given a mix.
   */
  async function renew(next: string): Promise<void> {
    valkey?.renew(next)
    publisher?.renew()
    epoch = next
    // Before the look at the heads: what is committed after it must be heard of.
    await hub.renewChannels()
    const { lost, kept } = await findLosses(
      anyJournal,
      [...hub.feeds].filter(({ known }) => known !== null),
      hub.left,
    )
    for (const feed of lost) hub.fail(feed, cursorAhead(feed.known?.head ?? 0, { head: 0, state: 'pending' }))
    for (const [feed, head] of kept) feed.renew(head)
    const jobs = lost.length
    if (jobs > 0) log.warn('The database was set back: readers of some jobs were given events that are gone', { jobs })
  }

  function releaseHeld(renewed: boolean): void {
    const commits = held
    held = []
    const jobs = new Map<string, JobAddress>(commits.map(({ orgId, jobId }) => [jobId, { orgId, jobId }]))
    if (!renewed) for (const committed of commits) tell(committed)
    // Some may be of the former history: windows and followers get what is left from PostgreSQL.
    else for (const job of jobs.values()) publisher?.repair(job)
    if (renewed) readHeadsOf([...hub.feeds].filter(({ job }) => jobs.has(job.jobId)))
    publisher?.resume()
  }

  return {
    publish(committed) {
      if (history.isCertain) tell(committed)
      // More than this is not kept: followers get it from PostgreSQL, and windows are found to have a hole.
      else if (held.length < liveSettings.heldCommits) held.push(committed)
    },
    doubt: () => history.doubt(),
    follow: (request) => follow(hub, heads, request),
    stats: () => ({ ...hub.size, ...(publisher?.stats ?? nothingPublished), ...counts }),
    health: () => ({ valkey: valkey === null ? 'off' : valkey.isUp() ? 'up' : 'down' }),
    async close() {
      headCheck.stop()
      history.close()
      hub.close()
      publisher?.close()
      valkey?.close()
    },
  }
}
