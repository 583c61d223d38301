import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { OutlineEvent } from '#domain/view/outline.ts'

/** What a stream brings, in its order: events, and between them how much output and progress there was. */
export type Arrival = { event: OutlineEvent } | { counts: CountsFrame }

export function firstSeqOf(arrival: Arrival): number {
  return 'event' in arrival ? arrival.event.seq : arrival.counts.from
}

export function lastSeqOf(arrival: Arrival): number {
  return 'event' in arrival ? arrival.event.seq : arrival.counts.head
}

/** Two frames as one, so that a page that is held for a day does not keep a million of them. */
export function mergeCounts(first: CountsFrame, second: CountsFrame): CountsFrame {
  const progress = new Map([...first.progress, ...second.progress].map((event) => [stepIdOf(event), event]))
  return {
    from: first.from,
    head: second.head,
    events: {
      output: first.events.output + second.events.output,
      step: first.events.step + second.events.step,
    },
    lines: first.lines + second.lines,
    bytes: first.bytes + second.bytes,
    firstAt: first.firstAt,
    lastAt: second.lastAt,
    starts: [...first.starts, ...second.starts],
    progress: [...progress.values()],
  }
}

/** Erased payloads are all one: nothing can be shown of them. */
function stepIdOf({ type, payload }: OutlineEvent): string {
  return type === 'step.progress' && payload !== null ? payload.stepId : ''
}

/** how much time a merged frame may span, in milliseconds: what the overview shows of it is spread evenly */
const mergedMs = 1_000

/** Puts an arrival behind those that wait. */
export function queueArrival(waiting: Arrival[], arrival: Arrival): void {
  const last = waiting.at(-1)
  if (last && 'counts' in last && 'counts' in arrival && arrival.counts.lastAt - last.counts.firstAt <= mergedMs) {
    last.counts = mergeCounts(last.counts, arrival.counts)
  } else waiting.push({ ...arrival })
}
