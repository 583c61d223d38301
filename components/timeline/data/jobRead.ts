import type { Structure } from '#components/timeline/data/structure.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { JobView } from '#domain/job/replay.ts'
import type { JobState } from '#domain/job/shape.ts'

/** What panes read of a job: as it is now, or as it was at some event. */
export type JobRead = {
  readonly jobId: string
  /**
   * The outline, ascending by seq and with gaps: everything but output and progress, and of those what began a step,
   * without its text.
   */
  readonly events: readonly Event[]
  /** the outline replayed; `head` and `totals` are those of the whole journal */
  readonly view: JobView
  readonly structure: Structure
  readonly state: JobState
  /** changes with everything but output and progress */
  readonly structureVersion: number
  /** an event of the outline, or null */
  readonly eventAt: (seq: number) => Event | null
}
