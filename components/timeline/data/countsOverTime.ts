import { type Arrival, firstSeqOf, lastSeqOf } from '#components/timeline/data/arrivals.ts'
import { isEventType, kindOf } from '#domain/events/kinds.ts'
import { CountPyramid, type CountsWindow } from '#domain/view/countPyramid.ts'

/**
 * Counts over time that are read once and then kept up with what the stream brings. What comes before they were read
 * waits, and what they already hold is passed over.
 */
export class CountsOverTime {
  pyramid = new CountPyramid()
  private head: number | null = null
  private early: Arrival[] = []

  /** Takes what the server has counted. Older counts than those here are of no use. */
  load(window: CountsWindow): void {
    if (this.head !== null && window.head < this.head) return
    this.pyramid = CountPyramid.from(window)
    this.head = window.head
    const { early } = this
    this.early = []
    for (const arrival of early) this.take(arrival)
  }

  take(arrival: Arrival): void {
    if (this.head === null) {
      this.early.push(arrival)
      return
    }
    if (lastSeqOf(arrival) <= this.head) return
    if ('event' in arrival) {
      const { type, recordedAt } = arrival.event
      if (isEventType(type)) this.pyramid.add(kindOf(type), Date.parse(recordedAt))
    } else {
      const { counts } = arrival
      // counts that were read in the middle of this frame hold some of it already; of which kind, nobody says
      const fresh = counts.head - Math.max(this.head, firstSeqOf(arrival) - 1)
      const output = Math.round((counts.events.output * fresh) / (counts.head - counts.from + 1))
      this.spread('output', output, counts)
      this.spread('step', fresh - output, counts)
    }
    this.head = lastSeqOf(arrival)
  }

  /** A frame says when its first and its last event came: the others are put evenly between them. */
  private spread(kind: 'output' | 'step', count: number, { firstAt, lastAt }: { firstAt: number; lastAt: number }) {
    if (count === 0) return
    const places = Math.min(count, Math.floor((lastAt - firstAt) / this.pyramid.bucketMs) + 1)
    for (let place = 0; place < places; place++) {
      const at = firstAt + ((lastAt - firstAt) * place) / Math.max(1, places - 1)
      const share = Math.floor((count * (place + 1)) / places) - Math.floor((count * place) / places)
      this.pyramid.add(kind, at, share)
    }
  }
}
