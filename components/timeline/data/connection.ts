import type { Problem } from '#domain/job/served.ts'

/** What the page may truthfully say about its line to the server. Moments are steadyNow(). */
export type Connection =
  | { state: 'connecting' }
  /** what the page has not seen is on its way; `isReturn`: it was live before */
  | { state: 'catching-up'; isReturn: boolean }
  | { state: 'live' }
  /** the line is open, but for longer than it may the server has not been heard: it may be dead */
  | { state: 'silent'; heardAt: number }
  /** the line broke; the next try is at `retryAt` */
  | { state: 'waiting'; retryAt: number; heardAt: number; reason: string }
  /** the job's last event was received */
  | { state: 'ended' }
  /** trying again would not help */
  | { state: 'refused'; problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem> }
