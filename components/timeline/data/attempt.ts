import { steadyNow } from '#components/clock/steadyNow.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import type { FollowSink } from '#components/timeline/data/followSink.ts'
import type { Nudge } from '#components/timeline/data/nudge.ts'
import { addArrivals, type OutputSums } from '#components/timeline/data/outputSums.ts'
import type { Frames } from '#components/timeline/data/readFrames.ts'
import { type SilenceWatch, watchSilence } from '#components/timeline/data/watchSilence.ts'

/** What an attempt comes to. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'again'; reason: string; waitMs?: number }
  | { kind: 'refused'; problem: Extract<Connection, { state: 'refused' }>['problem'] }
  /** nothing broke: the stream is read by another tab from now on */
  | { kind: 'moved' }

/** What is kept from one attempt to the next. */
export type Line = {
  /** the history that is followed; null until its outline came */
  epoch: string | null
  /** through the sink's head, once the outline came */
  sums: OutputSums
  retryMs: number
  failures: number
  /** steadyNow() of the last sign of life from the server */
  heardAt: number
  told: Connection
  wasLive: boolean
  /** newest seq that the server is known to have */
  serverHead: number
  /** the tab that should read the stream is deaf, or the reader wants to see for themselves */
  takesOver: boolean
  /** steadyNow() before which the stream is left to other tabs, because it broke here */
  leadsFrom: number
}

export function newLine(): Line {
  return {
    epoch: null,
    sums: { head: 0, output: 0, lines: 0, bytes: 0, at: 0 },
    retryMs: 2_000,
    failures: 0,
    heardAt: steadyNow(),
    told: { state: 'connecting' },
    wasLive: false,
    serverHead: 0,
    takesOver: false,
    leadsFrom: 0,
  }
}

export type AttemptOptions = {
  jobId: string
  sink: FollowSink
  line: Line
  /** ends the attempt */
  signal: AbortSignal
  nudge: Nudge
  fetch: typeof fetch
}

/**
 * One try at a job's line, from asking for it until it breaks: what it asks, what it hears and what it says. Given up
 * when it is nudged or nothing is heard for too long; to be closed in any case.
 */
export class Attempt {
  readonly sink: FollowSink
  readonly line: Line
  /** aborted when the attempt is over, whatever ended it */
  readonly signal: AbortSignal
  /** another tab reads the stream, or should, and tells this one */
  isLed = false
  /** what it comes to if it breaks */
  broken: Outcome = { kind: 'again', reason: 'The server cannot be reached.' }
  private readonly options: AttemptOptions
  private readonly controller = new AbortController()
  private readonly silence: SilenceWatch
  private readonly deaf: () => void
  private tabsAnswered = () => {}
  private readonly stop = () => this.controller.abort()

  constructor(options: AttemptOptions) {
    const { sink, line } = options
    this.options = options
    this.sink = sink
    this.line = line
    this.signal = this.controller.signal
    options.signal.addEventListener('abort', this.stop)
    this.deaf = options.nudge.listen(() => this.lookAgain('Looking whether the server is there.', 0))
    this.silence = watchSilence({
      onSilent: () => sink.setConnection({ state: 'silent', heardAt: line.heardAt }),
      onHeard: () => sink.setConnection(line.told),
      onDead: () => this.lookAgain('The server has fallen silent.', this.isLed ? 0 : undefined),
    })
  }

  giveUp(outcome: Outcome): void {
    this.broken = outcome
    this.stop()
  }

  close(): void {
    this.silence.stop()
    this.deaf()
    this.options.signal.removeEventListener('abort', this.stop)
    this.stop()
  }

  readonly ask = async (path: string, headers: Record<string, string> = {}): Promise<Response> => {
    const url = `/runner-jobs/${encodeURIComponent(this.options.jobId)}${path}`
    const init: RequestInit = { headers, signal: this.signal, cache: 'no-store' }
    const response = await this.options.fetch(url, init).finally(this.silence.asked())
    this.heard()
    this.sink.setServerTime(response.headers.get('date'))
    return response
  }

  heard(): void {
    this.line.heardAt = steadyNow()
    this.silence.heard()
  }

  /** Patience with other tabs is as short as that with the server. */
  awaitTabs(): void {
    this.tabsAnswered = this.silence.asked()
  }

  heardOfTabs(): void {
    this.tabsAnswered()
    this.tabsAnswered = () => {}
  }

  tell(connection: Connection): void {
    this.line.told = connection
    this.sink.setConnection(connection)
  }

  tellLive(): void {
    const { line } = this
    line.failures = 0
    line.wasLive = true
    this.tell({ state: 'live' })
  }

  tellServerHead(head: number): void {
    this.line.serverHead = Math.max(this.line.serverHead, head)
    this.sink.setServerHead(head)
  }

  /** Takes what the stream brought. @returns what the attempt has come to, if it is over */
  take({ arrivals, caughtUp, end, retryMs }: Frames): Outcome | null {
    const { line } = this
    if (retryMs !== null) line.retryMs = retryMs
    const missing = this.sink.append(arrivals)
    line.sums = addArrivals(line.sums, arrivals)
    if (missing !== null) return { kind: 'again', reason: `Event ${missing} is missing; it will be fetched again.` }
    if (caughtUp) {
      this.tellServerHead(caughtUp.head)
      this.tellLive()
    }
    // Only `end` ends: a stream that merely stops is a broken line.
    return end ? { kind: 'done' } : null
  }

  private lookAgain(reason: string, waitMs: number | undefined): void {
    this.line.takesOver = this.isLed
    this.giveUp({ kind: 'again', reason, ...(waitMs !== undefined && { waitMs }) })
  }
}
