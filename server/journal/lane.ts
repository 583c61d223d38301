import type { PendingRequest } from '#server/journal/pendingRequest.ts'

/** The requests of one job, in order of arrival. At most one flush carries events of a job at a time. */
export type Lane = {
  jobId: string
  queue: PendingRequest[]
  inFlight: boolean
  /** requests the next flush may carry; lowered to find the one that breaks a statement */
  maxRequests: number
  /** milliseconds to wait before the next flush */
  pauseMs: number
}

export function newLane(jobId: string): Lane {
  return { jobId, queue: [], inFlight: false, maxRequests: Number.POSITIVE_INFINITY, pauseMs: 0 }
}

export function rejectRequest(lane: Lane, request: PendingRequest, error: unknown): void {
  lane.queue = lane.queue.filter((other) => other !== request)
  request.reject(error)
}

export function rejectLane(lane: Lane, error: unknown): void {
  const { queue } = lane
  lane.queue = []
  for (const request of queue) request.reject(error)
}
