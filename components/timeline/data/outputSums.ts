import { type Arrival, firstSeqOf, lastSeqOf } from '#components/timeline/data/arrivals.ts'
import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { JobOutline } from '#domain/view/outline.ts'

/** How much output a job had when `head` was its newest event. */
export type OutputSums = {
  head: number
  /** events of step.output */
  output: number
  lines: number
  bytes: number
  /** recordedAt of `head`, in milliseconds since the epoch */
  at: number
}

/** @param page the last of an outline */
export function sumsOf({ head, totals, lastEventAt }: Omit<JobOutline, 'events'>): OutputSums {
  const { outputLines, outputBytes, kinds } = totals
  return { head, output: kinds.output, lines: outputLines, bytes: outputBytes, at: Date.parse(lastEventAt) }
}

/** The sums after what follows right upon them. What does not follow changes nothing. */
export function addArrivals(sums: OutputSums, arrivals: readonly Arrival[]): OutputSums {
  const added = { ...sums }
  for (const arrival of arrivals) {
    if (firstSeqOf(arrival) !== added.head + 1) continue
    added.head = lastSeqOf(arrival)
    if ('event' in arrival) {
      added.at = Date.parse(arrival.event.recordedAt)
      continue
    }
    const { events, lines, bytes, lastAt } = arrival.counts
    added.output += events.output
    added.lines += lines
    added.bytes += bytes
    added.at = lastAt
  }
  return added
}

/**
 * What of another reader's arrivals is new to one that has other sums. A frame of counts that is known in part is cut: what
 * is left of it is the difference of the sums, so it is exact wherever the two stand.
 *
 * @param before the other reader's sums before the arrivals
 */
export function restAfter(own: OutputSums, before: OutputSums, arrivals: readonly Arrival[]): Arrival[] {
  const rest: Arrival[] = []
  let sums = before
  for (const arrival of arrivals) {
    sums = addArrivals(sums, [arrival])
    if (lastSeqOf(arrival) <= own.head) continue
    const isKnownInPart = 'counts' in arrival && firstSeqOf(arrival) <= own.head
    rest.push(isKnownInPart ? { counts: remainder(arrival.counts, own, sums) } : arrival)
  }
  return rest
}

/** What of a frame comes after `from`. @param to the sums at the frame's head */
function remainder(frame: CountsFrame, from: OutputSums, to: OutputSums): CountsFrame {
  const output = to.output - from.output
  const isNew = ({ seq }: { seq: number }) => seq > from.head
  return {
    from: from.head + 1,
    head: frame.head,
    // all others in a frame are progress
    events: { output, step: frame.head - from.head - output },
    lines: to.lines - from.lines,
    bytes: to.bytes - from.bytes,
    firstAt: Math.max(frame.firstAt, from.at),
    lastAt: frame.lastAt,
    starts: frame.starts.filter(isNew),
    progress: frame.progress.filter(isNew),
  }
}
