import type { Problem } from '#domain/job/served.ts'

/** What the page may truthfully say about its line to the server. */
export type Connection =
  | { state: 'connecting' }
  /** history is on its way */
  | { state: 'catching-up' }
  | { state: 'live' }
  /** the line broke; the next try is at `retryAt` (milliseconds since the epoch, this machine's clock) */
  | { state: 'waiting'; retryAt: number; reason: string }
  /** the job's last event was received */
  | { state: 'ended' }
  /** trying again would not help */
  | { state: 'refused'; problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem> }
