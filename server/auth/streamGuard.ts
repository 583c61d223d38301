import { WaybillError } from '#domain/errors.ts'
import type { Credential } from '#server/auth/credential.ts'

/** What open streams may take. Counted in this process alone; another one has as much again. */
export type StreamLimits = {
  /** Beyond it sockets and memory run out for everybody, those who record included. */
  most: number
  /** of one organisation, so that none can take the streams of all others */
  mostPerOrg: number
  /** Milliseconds, give or take a fifth. Without an end, streams stay for ever where they once were opened. */
  ageMs: number
}

/** Why a stream has to end although its job goes on; the reason of its signal. */
export type StreamEnding = 'left' | 'credential' | 'age'

export type Watching = {
  credential: Credential
  orgId: string
  /** the request's: aborts when its client has left */
  request: AbortSignal
}

export type WatchedStream = {
  signal: AbortSignal
  /** why the signal was aborted; null while it is not */
  ending(): StreamEnding | null
  /** To be called at the stream's end, whatever ended it; again, it does nothing. */
  release(): void
}

export type StreamGuard = {
  /** @throws WaybillError TOO_MANY_STREAMS */
  watch(stream: Watching): WatchedStream
  close(): void
}

export type StreamGuardOptions = {
  intervalMs: number
  limits: StreamLimits
  /** Rejects when it cannot tell. */
  isValid(credential: Credential): Promise<boolean>
}

/**
 * Different ages that streams end at. Node keeps a list for each length of time that a timer was ever set for, until that
 * time is over, also when all of its timers were cleared: with an age of its own, each stream of the last hour left one.
 */
const AGES = 100

/** Ends of one credential's streams. */
type Watched = { credential: Credential; ends: Set<() => void> }

/**
 * Ends streams that their readers would keep for ever. Asks again and again whether their credentials still hold: a
 * stream is authenticated once and would otherwise outlive its key by days; a thousand streams of one key are one
 * question. And lets none grow older than an hour or so: after a deploy all readers are with the servers that came back
 * first, and would stay there.
 */
export function createStreamGuard({ intervalMs, limits, isValid }: StreamGuardOptions): StreamGuard {
  const watched = new Map<string, Watched>()
  const openOf = new Map<string, number>()
  const aging = new Set<NodeJS.Timeout>()
  let open = 0
  let timer: NodeJS.Timeout | undefined

  async function checkAll(): Promise<void> {
    for (const entry of [...watched.values()]) {
      // While the database is lost nobody can be told apart; streams stay until it can answer.
      const valid = await isValid(entry.credential).catch(() => true)
      if (!valid) for (const end of entry.ends) end()
    }
    if (watched.size > 0) schedule()
  }

  // One after the other, never overlapping: a slow database must not pile up questions.
  function schedule(): void {
    timer = setTimeout(() => void checkAll(), intervalMs)
    timer.unref()
  }

  function count(orgId: string, change: 1 | -1): void {
    open += change
    const own = (openOf.get(orgId) ?? 0) + change
    if (own > 0) openOf.set(orgId, own)
    else openOf.delete(orgId)
  }

  function add(credential: Credential, end: () => void): () => void {
    const entry = watched.get(credential.mark) ?? { credential, ends: new Set() }
    entry.ends.add(end)
    if (watched.size === 0) schedule()
    watched.set(credential.mark, entry)
    return () => {
      entry.ends.delete(end)
      if (entry.ends.size === 0 && watched.get(credential.mark) === entry) watched.delete(credential.mark)
      if (watched.size === 0) clearTimeout(timer)
    }
  }

  return {
    watch({ credential, orgId, request }) {
      if ((openOf.get(orgId) ?? 0) >= limits.mostPerOrg) throw tooManyOfOrg(limits.mostPerOrg)
      if (open >= limits.most) throw tooMany(limits.most)
      // Not AbortSignal.any: it keeps every short-lived stream alive as long as the longest-lived signal.
      const ended = new AbortController()
      let ending: StreamEnding | null = null
      const end = (why: StreamEnding) => {
        ending ??= why
        ended.abort(why)
      }
      const leave = () => end('left')
      request.addEventListener('abort', leave)
      const share = Math.floor(Math.random() * AGES) / (AGES - 1)
      const age = setTimeout(() => end('age'), limits.ageMs * (0.8 + 0.4 * share))
      age.unref()
      aging.add(age)
      const remove = add(credential, () => end('credential'))
      count(orgId, 1)
      let isReleased = false
      if (request.aborted) leave()
      return {
        signal: ended.signal,
        ending: () => ending,
        release: () => {
          if (isReleased) return
          isReleased = true
          request.removeEventListener('abort', leave)
          clearTimeout(age)
          aging.delete(age)
          remove()
          count(orgId, -1)
        },
      }
    },
    close() {
      clearTimeout(timer)
      for (const age of aging) clearTimeout(age)
      aging.clear()
      watched.clear()
    },
  }
}

function tooMany(most: number): WaybillError {
  return new WaybillError(
    'TOO_MANY_STREAMS',
    `This server has ${most} streams open, the most it serves (WAYBILL_MAX_STREAMS); come back later or ask another server.`,
    { details: { limit: most } },
  )
}

function tooManyOfOrg(most: number): WaybillError {
  return new WaybillError(
    'TOO_MANY_STREAMS',
    `Your organisation has ${most} streams open on this server, the most it may have (WAYBILL_MAX_STREAMS_PER_ORG); close some or come back later.`,
    { details: { limit: most } },
  )
}
