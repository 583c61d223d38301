import type { Arrival } from '#components/timeline/data/arrivals.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import type { CountsWindow } from '#domain/view/countPyramid.ts'
import type { JobOutline } from '#domain/view/outline.ts'

/** Where what is read of a job goes. `JobTimeline` is one. */
export type FollowSink = {
  readonly head: number
  /** whether all pages of the outline came */
  readonly isLoaded: boolean
  load(page: JobOutline): void
  loadCounts(window: CountsWindow): void
  append(arrivals: readonly Arrival[]): number | null
  setConnection(connection: Connection): void
  setServerHead(head: number): void
  /** @param date the server's, as its answer's header has it */
  setServerTime(date: string | null): void
  reset(): void
}
