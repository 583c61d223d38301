import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

/**
 * The first event recorded at or after a moment; the newest one if there is none. Asks for some twenty events of a
 * million, fewer if the outline lies close.
 *
 * @throws if the server does not answer
 */
export async function seqAt(timeline: JobTimeline, at: number): Promise<number> {
  let low = 1
  let high = timeline.view.head
  for (const event of timeline.events) {
    if (Date.parse(event.recordedAt) < at) low = event.seq + 1
    else {
      high = event.seq
      break
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    const event = await timeline.loadEvent(middle)
    if (event === null) return middle
    if (Date.parse(event.recordedAt) < at) low = middle + 1
    else high = middle
  }
  return Math.min(low, timeline.view.head)
}
