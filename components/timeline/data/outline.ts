import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { Structure } from '#components/timeline/data/structure.ts'
import type { Event } from '#domain/events/envelope.ts'
import { isEventType } from '#domain/events/kinds.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import type { JobState } from '#domain/job/shape.ts'
import { noTotals } from '#domain/job/totals.ts'
import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { OutlineEvent } from '#domain/view/outline.ts'

/** Events of a job in their order, with gaps, and what follows from them. Grows event by event. */
export class Outline implements JobRead {
  readonly jobId: string
  readonly events: OutlineEvent[] = []
  readonly view: JobView = emptyView()
  readonly structure = new Structure()
  structureVersion = 0

  constructor(jobId: string) {
    this.jobId = jobId
  }

  get state(): JobState {
    return this.view.shape.state
  }

  /** Takes an event that comes after those here. Adds it to the totals. */
  take(event: OutlineEvent): void {
    this.events.push(event)
    this.structureVersion++
    // A newer server may know types, and erase payloads, that this page has never heard of: they are listed, not understood.
    if (!isEventType(event.type) || event.payload === null) {
      this.view.head = event.seq
      this.view.totals.events++
      return
    }
    replay(this.view, event)
    this.structure.take(event, this.view)
  }

  /**
   * Takes what a stream says of output and progress that it does not send.
   *
   * @returns the events among them that the outline holds from now on
   */
  takeCounts({ head, events, lines, bytes, starts, progress }: CountsFrame): OutlineEvent[] {
    const { view, structure } = this
    const { totals } = view
    // they are among the events that are counted
    view.totals = noTotals()
    const started: OutlineEvent[] = []
    for (const event of starts) {
      if (event.payload === null || replay(view, event) !== null || view.shapeSeq !== event.seq) continue
      this.events.push(event)
      this.structureVersion++
      started.push(event)
    }
    view.totals = totals
    for (const event of progress) structure.take(event, view)
    view.head = head
    totals.events += events.output + events.step
    totals.kinds.output += events.output
    totals.kinds.step += events.step
    totals.outputLines += lines
    totals.outputBytes += bytes
    return started
  }

  readonly eventAt = (seq: number): Event | null => {
    const event = this.events[this.lastAtMost(seq)]
    return event?.seq === seq ? event : null
  }

  /** The events through a seq, as a job of their own. Its totals know nothing of output, but how many events there were. */
  until(seq: number): Outline {
    const outline = new Outline(this.jobId)
    const end = this.lastAtMost(seq) + 1
    for (let at = 0; at < end; at++) {
      const event = this.events[at]
      if (event) outline.take(event)
    }
    outline.view.head = seq
    outline.view.totals.events = seq
    return outline
  }

  /** Index of the last event at or before a seq; -1 if there is none. */
  private lastAtMost(seq: number): number {
    let low = 0
    let high = this.events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.events[middle]?.seq ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
