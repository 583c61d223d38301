import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import type { Event } from '#domain/events/envelope.ts'

/** How events that are named in other events are found and read. */
export type EventReads = {
  /** the seq of an event named by seq or id; null if it is not here */
  findSeq: (ref: string | number) => number | null
  /** the seq of an event that the server knows by its id; null if the job has none */
  locate: (id: string) => Promise<number | null>
  loadEvent: (seq: number) => Promise<Event | null>
}

export function eventReads(timeline: JobTimeline): EventReads {
  return {
    findSeq: (ref) => timeline.seqOf(ref),
    locate: (id) => timeline.locate(id),
    loadEvent: (seq) => timeline.loadEvent(seq),
  }
}
