import { steadyNow } from '#components/clock/steadyNow.ts'
import type { Arrival } from '#components/timeline/data/arrivals.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import type { Nudge } from '#components/timeline/data/nudge.ts'
import { createFrameReader } from '#components/timeline/data/readFrames.ts'
import { type SilenceWatch, watchSilence } from '#components/timeline/data/watchSilence.ts'
import type { Problem } from '#domain/job/served.ts'
import type { CountsWindow } from '#domain/view/countPyramid.ts'
import type { JobOutline } from '#domain/view/outline.ts'

/** Where what is read goes. `JobTimeline` is one. */
export type FollowSink = {
  readonly head: number
  /** whether all pages of the outline came */
  readonly isLoaded: boolean
  load(page: JobOutline): void
  loadCounts(window: CountsWindow): void
  append(arrivals: readonly Arrival[]): number | null
  setConnection(connection: Connection): void
  setServerHead(head: number): void
  /** @param date the server's, as its answer's header has it */
  setServerTime(date: string | null): void
  reset(): void
}

export type FollowOptions = {
  jobId: string
  sink: FollowSink
  signal: AbortSignal
  /** ends a wait, and looks whether an open line is alive by taking it up again */
  nudge: Nudge
  fetch?: typeof fetch
  random?: () => number
}

const defaults = { retryMs: 2_000, longestRetryMs: 15_000 }

type Outcome =
  | { kind: 'done' }
  | { kind: 'again'; reason: string; waitMs?: number }
  | { kind: 'refused'; problem: Extract<Connection, { state: 'refused' }>['problem'] }

/** What is kept from one try to the next. */
type Line = { retryMs: number; failures: number; heardAt: number; wasLive: boolean }

const unreachable = 'The server cannot be reached.'

/**
 * Reads a job's outline into the sink, then follows its stream until its last event, a refusal, or the signal. Comes back
 * after every break with the last seq received, so that nothing is missed or shown twice; says truthfully what it is
 * doing meanwhile.
 */
export async function followJob(options: FollowOptions): Promise<void> {
  const { sink, signal, nudge, random = Math.random } = options
  const line: Line = { retryMs: defaults.retryMs, failures: 0, heardAt: steadyNow(), wasLive: false }
  while (!signal.aborted) {
    const headBefore = sink.head
    const outcome = await readOnce(options, line)
    if (signal.aborted) return
    if (outcome.kind === 'done') return sink.setConnection({ state: 'ended' })
    if (outcome.kind === 'refused') return sink.setConnection({ state: 'refused', problem: outcome.problem })
    line.failures = sink.head > headBefore ? 1 : line.failures + 1
    const backoff = Math.min(defaults.longestRetryMs, line.retryMs * 2 ** (line.failures - 1))
    const waitMs = outcome.waitMs ?? backoff * (0.75 + random() / 2)
    const { heardAt } = line
    sink.setConnection({ state: 'waiting', retryAt: steadyNow() + waitMs, heardAt, reason: outcome.reason })
    await wait(waitMs, nudge, signal)
  }
}

async function readOnce(options: FollowOptions, line: Line): Promise<Outcome> {
  const { jobId, sink, signal, nudge } = options
  if (line.failures === 0) sink.setConnection({ state: 'connecting' })
  const attempt = new AbortController()
  const stop = () => attempt.abort()
  signal.addEventListener('abort', stop)
  let broken: Outcome = { kind: 'again', reason: unreachable }
  const giveUp = (outcome: Outcome) => {
    broken = outcome
    stop()
  }
  const deaf = nudge.listen(() => giveUp({ kind: 'again', reason: 'Looking whether the server is there.', waitMs: 0 }))
  let told: Connection = { state: 'connecting' }
  const tell = (connection: Connection) => {
    told = connection
    sink.setConnection(connection)
  }
  const silence = watchSilence({
    onSilent: () => sink.setConnection({ state: 'silent', heardAt: line.heardAt }),
    onHeard: () => sink.setConnection(told),
    onDead: () => giveUp({ kind: 'again', reason: 'The server has fallen silent.' }),
  })
  const heard = () => {
    line.heardAt = steadyNow()
    silence.heard()
  }
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const url = `/runner-jobs/${encodeURIComponent(jobId)}${path}`
    const init: RequestInit = { headers, signal: attempt.signal, cache: 'no-store' }
    const response = await (options.fetch ?? fetch)(url, init).finally(silence.asked())
    heard()
    sink.setServerTime(response.headers.get('date'))
    return response
  }
  try {
    const refusal = sink.isLoaded ? null : await readOutline(sink, ask)
    if (refusal) return await judgeRefusal(refusal, sink)
    const counted = readCounts(sink, ask)
    const response = await ask('/events/stream?output=counts', {
      // With problems, or the server would hide a refusal in a stream, as it does for an EventSource.
      accept: 'text/event-stream, application/problem+json',
      ...(sink.head > 0 && { 'last-event-id': String(sink.head) }),
    })
    if (response.status === 204) {
      await counted
      return { kind: 'done' }
    }
    if (!response.ok || !response.body) return await judgeRefusal(response, sink)
    sink.setServerHead(Number(response.headers.get('waybill-head') ?? 0))
    tell({ state: 'catching-up', isReturn: line.wasLive })
    const outcome = await readBody(response.body, { sink, line, heard, tell })
    // what frames told in sums is put where it was
    if (outcome.kind === 'done') await counted.then(() => readCounts(sink, ask))
    return outcome
  } catch {
    return broken
  } finally {
    silence.stop()
    deaf()
    signal.removeEventListener('abort', stop)
    attempt.abort()
  }
}

type Ask = (path: string) => Promise<Response>

/** All pages of the outline. @returns the answer that is none, or null */
async function readOutline(sink: FollowSink, ask: Ask): Promise<Response | null> {
  // a part of an outline that broke off is of no use: what follows may have changed its head and its totals
  if (sink.head > 0) sink.reset()
  for (let after: number | null = 0; after !== null; ) {
    const response = await ask(`/outline?after=${after}`)
    if (!response.ok) return response
    const page: JobOutline = await response.json()
    sink.load(page)
    after = page.next
  }
  return null
}

/** Only the overview waits for these: a failure is made up for at the next chance. */
async function readCounts(sink: FollowSink, ask: Ask): Promise<void> {
  const response = await ask('/counts').catch(() => null)
  if (response?.ok) sink.loadCounts(await response.json())
}

type Reading = { sink: FollowSink; line: Line; heard: SilenceWatch['heard']; tell(connection: Connection): void }

async function readBody(body: ReadableStream<Uint8Array>, { sink, line, heard, tell }: Reading): Promise<Outcome> {
  const read = createFrameReader()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return { kind: 'again', reason: 'The connection was closed.' }
    heard()
    const frames = read(value)
    if (frames.retryMs !== null) line.retryMs = frames.retryMs
    const missing = sink.append(frames.arrivals)
    if (missing !== null) return { kind: 'again', reason: `Event ${missing} is missing; it will be fetched again.` }
    if (frames.caughtUp) {
      line.failures = 0
      line.wasLive = true
      sink.setServerHead(frames.caughtUp.head)
      tell({ state: 'live' })
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

/** Until the time has passed, a nudge, or the end. */
function wait(ms: number, nudge: Nudge, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      deaf()
      signal.removeEventListener('abort', go)
      resolve()
    }
    const timer = setTimeout(go, ms)
    const deaf = nudge.listen(go)
    signal.addEventListener('abort', go)
  })
}
