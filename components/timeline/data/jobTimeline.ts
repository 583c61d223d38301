import type { Connection } from '#components/timeline/data/connection.ts'
import { OutputIndex } from '#components/timeline/data/outputIndex.ts'
import { Structure, stepKeyOf } from '#components/timeline/data/structure.ts'
import type { Event } from '#domain/events/envelope.ts'
import { isEventType, kindOf } from '#domain/events/kinds.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import { isFinal, type JobState } from '#domain/job/shape.ts'
import { CountPyramid } from '#domain/view/countPyramid.ts'

export type TimelineOptions = {
  jobId: string
  /** runs `flush` soon, at most 20 times a second: a thousand events a second must not be a thousand renders */
  schedule?: (flush: () => void) => void
}

/**
 * Everything the page knows of one job: its events in order and what follows from them. Append-only; panes read it as it
 * is and are told when it changed. While it is held, new events wait outside.
 */
export class JobTimeline {
  readonly jobId: string
  /** the event of seq n is at n - 1 */
  events: Event[] = []
  view: JobView = emptyView()
  output = new OutputIndex()
  counts = new CountPyramid()
  structure = new Structure()
  connection: Connection = { state: 'connecting' }
  /** newest seq that the server is known to have */
  serverHead = 0
  /** seq at which the page was held, or null */
  heldAt: number | null = null
  /** changes with everything that a pane can show */
  version = 0
  /** changes with everything but output */
  structureVersion = 0
  /** how far this machine's clock is ahead of the server's, in milliseconds */
  private clockAhead = 0
  private waiting: Event[] = []
  private readonly listeners = new Set<() => void>()
  private readonly schedule: (flush: () => void) => void
  private isFlushing = false

  constructor(options: TimelineOptions) {
    this.jobId = options.jobId
    this.schedule = options.schedule ?? ((flush) => setTimeout(flush, 50))
  }

  /** Newest seq received, whether it is shown or waits. */
  get head(): number {
    return this.events.length + this.waiting.length
  }

  get waitingCount(): number {
    return this.waiting.length
  }

  get state(): JobState {
    return this.view.shape.state
  }

  /**
   * Takes events that follow the head; those already here are passed over.
   *
   * @returns the seq at which an event is missing, or null
   */
  append(events: readonly Event[]): number | null {
    for (const event of events) {
      if (event.seq <= this.head) continue
      if (event.seq !== this.head + 1) {
        this.changed()
        return this.head + 1
      }
      if (this.heldAt === null) this.take(event)
      else this.waiting.push(event)
    }
    this.serverHead = Math.max(this.serverHead, this.head)
    this.changed()
    return null
  }

  hold(): void {
    if (this.heldAt !== null || isFinal(this.state)) return
    this.heldAt = this.events.length
    this.changed()
  }

  release(): void {
    if (this.heldAt === null) return
    this.heldAt = null
    const waited = this.waiting
    this.waiting = []
    for (const event of waited) this.take(event)
    this.changed()
  }

  setConnection(connection: Connection): void {
    this.connection = connection
    this.changed()
  }

  /** @param serverNow what the server's clock said a moment ago, to the second */
  setServerTime(serverNow: number): void {
    const ahead = Date.now() - serverNow
    // The header is cut to the second and travelled: less than two seconds are no difference of clocks.
    this.clockAhead = Math.abs(ahead) < 2_000 ? 0 : ahead
  }

  /** A moment of this machine's clock as the server's clock has it, and never before the newest event. */
  serverTime(now: number): number {
    const last = this.events.at(-1)
    return Math.max(now - this.clockAhead, last ? Date.parse(last.recordedAt) : 0)
  }

  setServerHead(head: number): void {
    if (head <= this.serverHead) return
    this.serverHead = head
    this.changed()
  }

  /** Forgets everything: the server's journal was put back to an earlier state, so what is shown here may never have been. */
  reset(): void {
    this.events = []
    this.waiting = []
    this.view = emptyView()
    this.output = new OutputIndex()
    this.counts = new CountPyramid()
    this.structure = new Structure()
    this.serverHead = 0
    this.heldAt = null
    this.structureVersion++
    this.changed()
  }

  readonly eventAt = (seq: number): Event | null => this.events[seq - 1] ?? null

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly getVersion = (): number => this.version

  private take(event: Event): void {
    this.events.push(event)
    // A newer server may know types, and erase payloads, that this page has never heard of: they are listed, not understood.
    if (!isEventType(event.type) || event.payload === null) {
      this.view.head = event.seq
      return
    }
    const kind = kindOf(event.type)
    replay(this.view, event)
    this.counts.add(kind, Date.parse(event.recordedAt))
    if (event.type === 'step.output') {
      const { stepId, stream, text, encoding } = event.payload
      this.output.append({ seq: event.seq, scope: stepKeyOf(this.view, stepId) ?? '', stream, text, encoding })
    }
    this.structure.take(event, this.view)
    if (kind !== 'output' || this.view.shapeSeq === event.seq) this.structureVersion++
  }

  private changed(): void {
    if (this.isFlushing) return
    this.isFlushing = true
    this.schedule(() => {
      this.isFlushing = false
      this.version++
      for (const listener of this.listeners) listener()
    })
  }
}
