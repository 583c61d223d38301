import type { Connection } from '#components/timeline/data/connection.ts'
import { createFrameReader } from '#components/timeline/data/readFrames.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { Problem } from '#domain/job/served.ts'

/** Where events go. `JobTimeline` is one. */
export type FollowSink = {
  readonly head: number
  append(events: readonly Event[]): number | null
  setConnection(connection: Connection): void
  setServerHead(head: number): void
  setServerTime(serverNow: number): void
  reset(): void
}

export type FollowOptions = {
  jobId: string
  sink: FollowSink
  signal: AbortSignal
  fetch?: typeof fetch
  /** resolves after `ms`, or at once when it makes sense to try earlier (the machine is online again, the reader asks) */
  wait?: (ms: number) => Promise<void>
  now?: () => number
  random?: () => number
  /** a stream that is silent for so long is dead: the server sends a heartbeat every 15 s */
  silenceMs?: number
}

const defaults = { retryMs: 2_000, longestRetryMs: 15_000, silenceMs: 40_000 }

type Outcome =
  | { kind: 'done' }
  | { kind: 'again'; reason: string; waitMs?: number }
  | { kind: 'refused'; problem: Extract<Connection, { state: 'refused' }>['problem'] }

/**
 * Follows a job's stream into the sink until its last event, a refusal, or the signal. Comes back after every break with
 * the last seq received, so that nothing is missed or shown twice; says truthfully what it is doing meanwhile.
 */
export async function followJob(options: FollowOptions): Promise<void> {
  const { sink, signal, wait = sleep, now = Date.now, random = Math.random } = options
  const pace = { retryMs: defaults.retryMs, failures: 0 }
  while (!signal.aborted) {
    const headBefore = sink.head
    const outcome = await readOnce(options, pace)
    if (signal.aborted) return
    if (outcome.kind === 'done') return sink.setConnection({ state: 'ended' })
    if (outcome.kind === 'refused') return sink.setConnection({ state: 'refused', problem: outcome.problem })
    pace.failures = sink.head > headBefore ? 1 : pace.failures + 1
    const backoff = Math.min(defaults.longestRetryMs, pace.retryMs * 2 ** (pace.failures - 1))
    const waitMs = outcome.waitMs ?? backoff * (0.75 + random() / 2)
    sink.setConnection({ state: 'waiting', retryAt: now() + waitMs, reason: outcome.reason })
    await wait(waitMs)
  }
}

async function readOnce(options: FollowOptions, pace: { retryMs: number; failures: number }): Promise<Outcome> {
  const { jobId, sink, signal } = options
  if (pace.failures === 0) sink.setConnection({ state: 'connecting' })
  const attempt = new AbortController()
  const stop = () => attempt.abort()
  signal.addEventListener('abort', stop)
  const silence = watchSilence(options.silenceMs ?? defaults.silenceMs, stop)
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream, application/problem+json' }
    if (sink.head > 0) headers['last-event-id'] = String(sink.head)
    const response = await (options.fetch ?? fetch)(`/runner-jobs/${encodeURIComponent(jobId)}/events/stream`, {
      headers,
      signal: attempt.signal,
      cache: 'no-store',
    })
    silence.heard()
    const serverNow = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(serverNow)) sink.setServerTime(serverNow)
    if (response.status === 204) return { kind: 'done' }
    if (!response.ok || !response.body) return await judgeRefusal(response, sink)
    sink.setConnection({ state: 'catching-up' })
    return await readBody(response.body, { sink, silence, pace })
  } catch {
    return { kind: 'again', reason: 'The server cannot be reached.' }
  } finally {
    silence.stop()
    signal.removeEventListener('abort', stop)
    attempt.abort()
  }
}

type Reading = { sink: FollowSink; silence: { heard(): void }; pace: { retryMs: number; failures: number } }

async function readBody(body: ReadableStream<Uint8Array>, { sink, silence, pace }: Reading): Promise<Outcome> {
  const read = createFrameReader()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { kind: 'again', reason: 'The connection was closed.' }
    silence.heard()
    const frames = read(value)
    if (frames.retryMs !== null) pace.retryMs = frames.retryMs
    const missing = sink.append(frames.events)
    if (missing !== null) return { kind: 'again', reason: `Event ${missing} is missing; it will be fetched again.` }
    if (frames.caughtUp) {
      pace.failures = 0
      sink.setServerHead(frames.caughtUp.head)
      sink.setConnection({ state: 'live' })
    }
    // Only `end` ends: a stream that merely stops is a broken line.
    if (frames.end) return { kind: 'done' }
  }
}

async function judgeRefusal(response: Response, sink: FollowSink): Promise<Outcome> {
  const problem: Partial<Problem> = await response.json().catch(() => ({}))
  if (problem.code === 'CURSOR_AHEAD') {
    sink.reset()
    return { kind: 'again', reason: 'The server was put back to an earlier state; reading the job anew.', waitMs: 0 }
  }
  const isPassing = response.status >= 500 || response.status === 429 || response.status === 408
  if (isPassing) {
    const seconds = Number(response.headers.get('retry-after'))
    const reason = problem.detail ?? `The server answered ${response.status}.`
    return seconds > 0 ? { kind: 'again', reason, waitMs: seconds * 1000 } : { kind: 'again', reason }
  }
  const detail = problem.detail ?? `The server answered ${response.status}.`
  return { kind: 'refused', problem: { ...problem, status: response.status, code: problem.code ?? 'INTERNAL', detail } }
}

function watchSilence(ms: number, onSilence: () => void): { heard(): void; stop(): void } {
  let timer = setTimeout(onSilence, ms)
  return {
    heard: () => {
      clearTimeout(timer)
      timer = setTimeout(onSilence, ms)
    },
    stop: () => clearTimeout(timer),
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
