import { isWaybillError, WaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import { type JobEnd, openFrameReader } from '#sdk/follow/frames.ts'
import { openStream } from '#sdk/follow/openStream.ts'
import { readWithin } from '#sdk/follow/readWithin.ts'
import type { RetrySettings } from '#sdk/settings.ts'
import { tell } from '#sdk/tell.ts'
import { backoff } from '#sdk/wire/backoff.ts'
import { pause } from '#sdk/wire/pause.ts'
import { noAnswer } from '#sdk/wire/problem.ts'
import { reactionTo } from '#sdk/wire/reactions.ts'
import { askedPause } from '#sdk/wire/retrying.ts'
import type { Server } from '#sdk/wire/server.ts'

/** A type, or a whole group. */
export type TypePattern = EventType | 'job.*' | 'step.*' | 'ai.*' | 'gate.*'

/** What a follower is doing: `live` once history is done, `waiting` before it comes back after a break. */
export type FollowStatus =
  | { state: 'connecting' }
  | { state: 'catching-up' }
  | { state: 'live'; head: number }
  | { state: 'waiting'; error: WaybillError; failures: number; waitMs: number }

export type FollowOptions = {
  /** events with a seq greater than this; default 0, all */
  after?: number
  /** only these; what is left out still counts in seq */
  types?: readonly TypePattern[]
  /** ends the follow: the iteration throws the signal's reason */
  signal?: AbortSignal
  onStatus?: (status: FollowStatus) => void
}

export type FollowSource = {
  server: Server
  jobId: string
  retry: RetrySettings
  requestMs: number
  silenceMs: number
  /** asked when the stream cannot say how the job ended: a reconnect at the head of a final job gets 204, no more */
  readEnd(): Promise<JobEnd>
}

/** Holes in a row at the same place after which the server, not the connection, must be at fault. */
const HOLE_TRIES = 5

/** Where a follower stands, over all its connections. */
type Position = { last: number; retryMs: number; holes: number; progressed: boolean }

/**
 * A job's events from `after` on, then those to come, each once and in order, until its final event. Comes back after
 * every break with the last seq it has. Pulled: a slow consumer holds up its own stream and nothing else.
 *
 * @returns how the job ended
 * @throws WaybillError NOT_FOUND, UNAUTHENTICATED, FORBIDDEN, CURSOR_AHEAD, INVALID_INPUT; SERVER_UNREACHABLE only when
 *   retry.giveUpMs is set
 */
export async function* follow(source: FollowSource, options: FollowOptions): AsyncGenerator<Event, JobEnd, undefined> {
  const position: Position = { last: options.after ?? 0, retryMs: source.retry.firstMs, holes: 0, progressed: false }
  const status = (now: FollowStatus) => tell(() => options.onStatus?.(now))
  let failures = 0
  let lostAt = Date.now()
  for (let isFirst = true; ; isFirst = false) {
    try {
      status({ state: 'connecting' })
      return yield* readConnection(source, { ...options, status, isFirst }, position)
    } catch (thrown) {
      options.signal?.throwIfAborted()
      if (!isWaybillError(thrown)) throw thrown
      if (position.progressed) {
        failures = 0
        lostAt = Date.now()
      }
      position.progressed = false
      failures++
      const mayPass = reactionTo(thrown) === 'again' || reactionTo(thrown) === 'unclear'
      if (!mayPass || position.holes >= HOLE_TRIES) throw thrown
      const pace = { firstMs: position.retryMs, mostMs: Math.max(position.retryMs, source.retry.mostMs) }
      const waitMs = backoff(failures, { ...pace, atLeastMs: askedPause(thrown) })
      if (Date.now() + waitMs - lostAt > source.retry.giveUpMs) throw thrown
      status({ state: 'waiting', error: thrown, failures, waitMs })
      await pause(waitMs, options.signal)
    }
  }
}

/** One connection, from its request to the job's end. A stream that merely stops is a broken line: only `end` ends. */
async function* readConnection(
  source: FollowSource,
  { types, signal, status, isFirst }: FollowOptions & { status(now: FollowStatus): void; isFirst: boolean },
  position: Position,
): AsyncGenerator<Event, JobEnd, undefined> {
  const cut = new AbortController()
  const stop = () => cut.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  try {
    const body = await openStream(source, { after: position.last, isFirst, types, cut })
    if (body === null) return await source.readEnd()
    status({ state: 'catching-up' })
    const reader = body.getReader()
    const frames = openFrameReader()
    for (;;) {
      const chunk = await readWithin(reader, { url: source.server.url, ms: source.silenceMs, cut })
      if (chunk === null) throw noAnswer(source.server.url, new Error('the connection was closed'))
      for (const frame of frames.read(chunk)) {
        position.retryMs = frames.retryMs() ?? position.retryMs
        if (frame.kind === 'end') return frame.end
        if (frame.kind === 'caught-up') {
          position.last = Math.max(position.last, frame.seq)
          position.progressed = true
          status({ state: 'live', head: frame.head })
        } else if (isNext(frame.event, position, types !== undefined)) {
          yield frame.event
        }
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    cut.abort()
  }
}

/** Moves on to the event, or says that it was here before. @throws WaybillError if events before it are missing */
function isNext({ seq }: Event, position: Position, isFiltered: boolean): boolean {
  if (seq <= position.last) return false
  if (!isFiltered && seq !== position.last + 1) {
    position.holes++
    throw new WaybillError(
      'SERVER_UNREACHABLE',
      `Event ${position.last + 1} is missing: the stream went on with ${seq}. Asking for it again.`,
    )
  }
  position.last = seq
  position.progressed = true
  position.holes = 0
  return true
}
