import { isWaybillError, WaybillError } from '#domain/errors.ts'
import { isFinal } from '#domain/job/shape.ts'
import type { Head } from '#server/journal/journal.ts'
import type { EventRun } from '#server/live/eventRun.ts'
import { Follower } from '#server/live/follower.ts'
import type { HeadReader } from '#server/live/headReader.ts'
import type { Hub } from '#server/live/hub.ts'
import type { JobFeed } from '#server/live/jobFeed.ts'
import type { FollowBatch, FollowRequest } from '#server/live/live.ts'
import { ReadAhead } from '#server/live/readAhead.ts'
import { liveSettings } from '#server/live/settings.ts'
import { isJobId } from '#server/live/windowKeys.ts'

/**
 * Subscribe first, then read the head, then history, then stay. The other way round, an event committed between the
 * last page and the subscription is not seen until something else happens.
 *
 * A follower is one number, the last seq it gave out: it takes the next events when it is asked for them, from wherever
 * they are, so one that is slow holds nothing and reads from further back.
 */
export function follow(hub: Hub, heads: HeadReader, request: FollowRequest): AsyncIterable<FollowBatch> {
  return {
    [Symbol.asyncIterator]() {
      const follower = new Follower()
      const batches = run(hub, heads, request, follower)
      return {
        next: () => batches.next(),
        return() {
          // A generator that waits would only look at `return` after the next event.
          follower.stop()
          return batches.return(undefined)
        },
      }
    },
  }
}

async function* run(
  hub: Hub,
  heads: HeadReader,
  request: FollowRequest,
  follower: Follower,
): AsyncGenerator<FollowBatch, undefined> {
  const { orgId, after, signal } = request
  // As PostgreSQL writes it: the key of feeds and windows.
  const jobId = request.jobId.toLowerCase()
  if (signal.aborted) return
  if (!isJobId(jobId)) throw notFound(jobId)
  const stop = () => follower.stop()
  signal.addEventListener('abort', stop)
  let feed = hub.join({ orgId, jobId }, follower)
  try {
    let head: Head | null | undefined
    for (;;) {
      await follower.until(hub.listening(feed))
      head = await follower.until(heads.read({ orgId, jobId }))
      if (follower.stopped) return
      if (!feed.failure) break
      // Those who were there before were given what is gone by now; this one was not.
      hub.leave(feed, follower)
      feed = hub.join({ orgId, jobId }, follower)
    }
    if (!head) throw notFound(jobId)
    if (isAhead(after, head)) throw cursorAhead(after, head)
    feed.learn(head)
    yield* batchesOf(feed, follower, after)
  } finally {
    signal.removeEventListener('abort', stop)
    hub.leave(feed, follower)
  }
}

async function* batchesOf(feed: JobFeed, follower: Follower, after: number): AsyncGenerator<FollowBatch, undefined> {
  let last = after
  follower.last = after
  let saidCaughtUp = false
  using ahead = new ReadAhead(feed)
  while (!follower.stopped) {
    const run = feed.hasMore(last) ? (feed.take(last) ?? (await readPatiently(feed, last, follower, ahead))) : null
    if (follower.stopped) return
    if (feed.failure) throw feed.failure
    if (run && run.first !== last + 1) {
      throw new WaybillError('INTERNAL', `Event ${run.first} came where ${last + 1} was due; nothing was sent.`)
    }
    last = run?.last ?? last
    follower.last = last
    const batch = toBatch(feed, run, last)
    // Without events there is only one thing worth saying, once: that history is done.
    if (!run && (saidCaughtUp || !batch.caughtUp)) {
      await feed.changed(last, follower)
      continue
    }
    saidCaughtUp ||= batch.caughtUp
    yield batch
    if (batch.final) return
  }
}

const nothing = new Uint8Array(0)

function toBatch({ known }: JobFeed, run: EventRun | null, last: number): FollowBatch {
  const { head, state } = known ?? { head: last, state: 'pending' }
  const caughtUp = last >= head
  const events = run?.events ?? []
  return {
    events,
    last,
    caughtUp,
    head,
    state,
    final: caughtUp && isFinal(state),
    frames: run?.frames ?? (() => nothing),
    outputs: run?.outputs ?? (() => []),
  }
}

/** A database that is away for a moment must not send every reader away; one that stays away must not hold them for ever. */
async function readPatiently(
  feed: JobFeed,
  last: number,
  follower: Follower,
  ahead: ReadAhead,
): Promise<EventRun | null> {
  const { first, most } = liveSettings.readRetryMs
  for (let tries = 1; !follower.stopped; tries++) {
    try {
      const run = (await follower.until(ahead.take(last) ?? feed.read(last))) ?? null
      if (run && !follower.stopped) ahead.start(run.last)
      return run
    } catch (error) {
      const isLasting = isWaybillError(error) && (error.code === 'NOT_FOUND' || error.code === 'INTERNAL')
      if (isLasting || tries >= liveSettings.readTries) throw error
      await follower.pause(Math.min(first * 2 ** tries, most) * (0.5 + Math.random()))
    }
  }
  return null
}

function notFound(jobId: string): WaybillError {
  return new WaybillError('NOT_FOUND', `There is no job ${jobId.slice(0, 100)}.`)
}

/** Beyond the head; or within what a restore took away and others have written since, so that it may name another event. */
export function isAhead(after: number, { head, lost = 0 }: Head): boolean {
  return after > head || (after > 0 && after <= lost)
}

export function cursorAhead(after: number, { head }: Head): WaybillError {
  const message = `The cursor ${after} is not of this job's history, whose head is ${head}: the database was restored to an earlier state, or the cursor is of another job. Start again from 0.`
  return new WaybillError('CURSOR_AHEAD', message, { details: { after, head } })
}
