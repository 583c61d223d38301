import { ServerClock } from '#components/clock/serverClock.ts'
import { steadyNow } from '#components/clock/steadyNow.ts'
import { type Arrival, firstSeqOf, lastSeqOf, queueArrival } from '#components/timeline/data/arrivals.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import { CountsOverTime } from '#components/timeline/data/countsOverTime.ts'
import { EventIds } from '#components/timeline/data/eventIds.ts'
import { EventPages } from '#components/timeline/data/eventPages.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { JobReads } from '#components/timeline/data/jobReads.ts'
import { Lines } from '#components/timeline/data/lines.ts'
import { Outline } from '#components/timeline/data/outline.ts'
import type { Structure } from '#components/timeline/data/structure.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { JobView } from '#domain/job/replay.ts'
import { isFinal, type JobState } from '#domain/job/shape.ts'
import type { CountPyramid, CountsWindow } from '#domain/view/countPyramid.ts'
import type { JobOutline, OutlineEvent } from '#domain/view/outline.ts'

export type TimelineOptions = {
  jobId: string
  reads: JobReads
  /** runs `flush` soon, at most 20 times a second: a thousand events a second must not be a thousand renders */
  schedule?: (flush: () => void) => void
}

/** What came while the page was held, once it was let go: shown as new until the next time. */
export type Arrived = { afterSeq: number; afterLine: number }

/**
 * What the page knows of one job: its outline, exact totals, counts over time, and pages of lines and events where they
 * are looked at. Its size is that of what is drawn, not of the job. Panes read it as it is and are told when it changed.
 * While it is held, what comes waits outside.
 */
export class JobTimeline implements JobRead {
  readonly jobId: string
  readonly lines: Lines
  readonly eventPages: EventPages
  private readonly ids: EventIds
  connection: Connection = { state: 'connecting' }
  /** whether the whole outline came */
  isLoaded = false
  /** newest seq that the server is known to have */
  serverHead = 0
  /** seq at which the page was held, or null */
  heldAt: number | null = null
  arrived: Arrived | null = null
  /** changes with everything that a pane can show */
  version = 0
  private outline: Outline
  private overTime = new CountsOverTime()
  /** events whose long values the outline leaves out */
  private readonly cut = new Set<number>()
  private moment: { seq: number; version: number; outline: Outline } | null = null
  /** when the newest event shown was recorded, by the server's clock */
  private lastAt = 0
  private readonly clock = new ServerClock()
  private waiting: Arrival[] = []
  private generation = 0
  private readonly listeners = new Set<() => void>()
  private readonly schedule: (flush: () => void) => void
  private isFlushing = false

  constructor(options: TimelineOptions) {
    this.jobId = options.jobId
    this.outline = new Outline(options.jobId)
    this.schedule = options.schedule ?? ((flush) => setTimeout(flush, 50))
    const changed = () => this.changed()
    this.lines = new Lines(options.reads, changed)
    this.eventPages = new EventPages(options.reads, changed)
    this.ids = new EventIds(options.reads)
  }

  get events(): readonly Event[] {
    return this.outline.events
  }

  get view(): JobView {
    return this.outline.view
  }

  get structure(): Structure {
    return this.outline.structure
  }

  get state(): JobState {
    return this.outline.state
  }

  get structureVersion(): number {
    return this.outline.structureVersion + this.generation
  }

  get counts(): CountPyramid {
    return this.overTime.pyramid
  }

  /** When the newest event shown was recorded, in milliseconds by the server's clock: when the job was last heard from. */
  get lastHeardAt(): number {
    return this.lastAt
  }

  /** Newest seq received, whether it is shown or waits. */
  get head(): number {
    const last = this.waiting.at(-1)
    return last ? lastSeqOf(last) : this.view.head
  }

  get waitingCount(): number {
    return this.head - this.view.head
  }

  /** Takes the next page of the outline, with the totals that hold at its head. */
  load(page: JobOutline): void {
    this.lines.epoch = page.epoch
    for (const event of page.events) {
      this.outline.take(event)
      this.noteCut(event)
    }
    this.lastAt = Math.max(this.lastAt, Date.parse(page.lastEventAt))
    if (page.next === null) {
      this.view.head = page.head
      this.view.totals = structuredClone(page.totals)
      this.lines.total = page.totals.outputLines
      this.isLoaded = true
    }
    this.setServerHead(page.head)
    this.changed()
  }

  loadCounts(window: CountsWindow): void {
    // what waits outside would show
    if (this.heldAt !== null && window.head > this.view.head) return
    this.overTime.load(window)
    this.changed()
  }

  /**
   * Takes what follows the head; what is already here is passed over.
   *
   * @returns the seq at which an event is missing, or null
   */
  append(arrivals: readonly Arrival[]): number | null {
    for (const arrival of arrivals) {
      if (lastSeqOf(arrival) <= this.head) continue
      if (firstSeqOf(arrival) !== this.head + 1) {
        this.changed()
        return this.head + 1
      }
      if (this.heldAt === null) this.take(arrival)
      else queueArrival(this.waiting, arrival)
    }
    this.serverHead = Math.max(this.serverHead, this.head)
    this.changed()
    return null
  }

  hold(): void {
    if (this.heldAt !== null || isFinal(this.state)) return
    this.heldAt = this.view.head
    this.arrived = null
    this.changed()
  }

  release(): void {
    if (this.heldAt === null) return
    this.arrived = { afterSeq: this.heldAt, afterLine: this.lines.total }
    this.heldAt = null
    const waited = this.waiting
    this.waiting = []
    for (const arrival of waited) this.take(arrival)
    this.changed()
  }

  setConnection(connection: Connection): void {
    this.connection = connection
    this.changed()
  }

  /** @param date of the server's answer, as its header has it */
  setServerTime(date: string | null): void {
    this.clock.hear(date, steadyNow())
  }

  /** A moment of steadyNow() as the server's clock has it, and never before the newest event. */
  serverTime(now: number): number {
    return Math.max(this.clock.at(now), this.lastAt)
  }

  setServerHead(head: number): void {
    if (head <= this.serverHead) return
    this.serverHead = head
    this.changed()
  }

  /** Forgets everything: the server's journal was put back to an earlier state, so what is shown here may never have been. */
  reset(): void {
    this.generation += this.outline.structureVersion + 1
    this.outline = new Outline(this.jobId)
    this.overTime = new CountsOverTime()
    this.cut.clear()
    this.waiting = []
    this.lines.clear()
    this.eventPages.clear()
    this.ids.clear()
    this.isLoaded = false
    this.serverHead = 0
    this.heldAt = null
    this.arrived = null
    this.moment = null
    this.changed()
  }

  readonly eventAt = (seq: number): Event | null => this.outline.eventAt(seq)

  /** The job as it was when `seq` was its newest event. Its totals know no output; `lines.atOrAfter` does. */
  at(seq: number): JobRead {
    const { structureVersion: version } = this
    if (this.moment?.seq !== seq || this.moment.version !== version) {
      this.moment = { seq, version, outline: this.outline.until(seq) }
    }
    return this.moment.outline
  }

  /** Whether the outline's event lacks long values that the journal's has. */
  isCut(seq: number): boolean {
    return this.cut.has(seq)
  }

  /** An event with all that the journal has of it, if it is here. */
  wholeEventAt(seq: number): Event | null {
    return (this.cut.has(seq) ? null : this.eventAt(seq)) ?? this.eventPages.at(seq)
  }

  /** An event of any type, whole; null if the job has none of that seq. @throws if the server does not answer */
  async loadEvent(seq: number): Promise<Event | null> {
    return this.wholeEventAt(seq) ?? this.eventPages.load(seq)
  }

  /** The seq of an event named by seq or id; null if it is not known here. */
  seqOf(ref: string | number): number | null {
    if (typeof ref === 'number') return ref >= 1 && ref <= this.view.head ? ref : null
    return this.ids.find(ref, this.events)
  }

  /** The seq of an event of any type by its id; null if the job has none of it. @throws if the server does not answer */
  async locate(id: string): Promise<number | null> {
    return this.seqOf(id) ?? this.ids.locate(id)
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly getVersion = (): number => this.version

  private take(arrival: Arrival): void {
    this.overTime.take(arrival)
    if ('event' in arrival) {
      this.outline.take(arrival.event)
      this.noteCut(arrival.event)
      this.lastAt = Math.max(this.lastAt, Date.parse(arrival.event.recordedAt))
    } else {
      for (const event of this.outline.takeCounts(arrival.counts)) this.noteCut(event)
      this.lastAt = Math.max(this.lastAt, arrival.counts.lastAt)
    }
    this.lines.total = this.view.totals.outputLines
  }

  private noteCut({ seq, cut }: OutlineEvent): void {
    if (cut) this.cut.add(seq)
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
