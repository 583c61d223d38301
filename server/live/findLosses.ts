import type { EventAddress, Head, Journal } from '#server/journal/journal.ts'
import type { JobFeed } from '#server/live/jobFeed.ts'

export type Losses = {
  /** feeds whose followers were given events that are gone */
  lost: JobFeed[]
  /** the others, and their heads as they are now */
  kept: Map<JobFeed, Head>
}

/**
 * Compares what followers were given with the journal after it may have been set back, and remembers what is gone.
 *
 * @param left what readers were given who are not here now
 */
export async function findLosses(
  journal: Pick<Journal, 'readHeads' | 'keepsEvents' | 'noteLosses'>,
  feeds: readonly JobFeed[],
  left: readonly EventAddress[],
): Promise<Losses> {
  const newest = feeds.map((feed) => feed.newestEvent).filter((event) => event !== null)
  const intact = await journal.keepsEvents(newest)
  const stillThere = await journal.keepsEvents(left)
  const heads = await journal.readHeads(feeds.map(({ job }) => job))
  const losses: Losses = { lost: [], kept: new Map() }
  const gone: Omit<EventAddress, 'id'>[] = []
  for (const feed of feeds) {
    const { jobId } = feed.job
    const head = heads.get(jobId)
    // A restore keeps a beginning of the journal: where the newest event stands, everything before it does.
    if (head && feed.newestEvent && intact.has(jobId)) losses.kept.set(feed, head)
    else {
      losses.lost.push(feed)
      gone.push({ ...feed.job, seq: Math.max(feed.known?.head ?? 0, feed.newestEvent?.seq ?? 0) })
    }
  }
  // Before anybody is let go: who comes back, to whatever process, must be told.
  const goneOfLeft = left.filter(({ jobId }) => !stillThere.has(jobId))
  await journal.noteLosses([...newestOf([...gone, ...goneOfLeft]).values()])
  return losses
}

/** One a job: a statement may not change the same row twice. */
function newestOf(events: readonly Omit<EventAddress, 'id'>[]): Map<string, Omit<EventAddress, 'id'>> {
  const newest = new Map<string, Omit<EventAddress, 'id'>>()
  for (const event of events) if (event.seq > (newest.get(event.jobId)?.seq ?? 0)) newest.set(event.jobId, event)
  return newest
}
