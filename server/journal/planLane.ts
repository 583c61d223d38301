import type { StateRefusal } from '#domain/job/decide.ts'
import { fork, type JobShape, merge } from '#domain/job/shape.ts'
import { judge } from '#server/journal/judge.ts'
import type { Lane } from '#server/journal/lane.ts'
import { freshEvents, type PendingRequest } from '#server/journal/pendingRequest.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'
import type { StoredShape } from '#server/journal/shapeCache.ts'
import { noChanges, type ShapeChanges, takeEffect } from '#server/journal/shapeChanges.ts'

/** Measured: 2,000 events a statement is past the knee of the curve, 500 is before it. */
export const EVENTS_PER_FLUSH = 2000
/** 2,000 payloads of 256 KiB would make a statement of half a gigabyte, more than a string of V8 holds. */
export const BYTES_PER_FLUSH = 8 * 1024 * 1024

/** What one flush shall append for one job. */
export type LanePlan = {
  lane: Lane
  orgId: string
  /** the newest shape event the verdicts rest on */
  shapeSeq: number
  /** the head that the first request with fresh events asks for */
  expectedSeq: number | null
  /** requests to be answered, oldest first, and their fresh events in that order */
  requests: PendingRequest[]
  events: PreparedEvent[]
  /** the shape after them, and what they change of it */
  layer: JobShape
  changes: ShapeChanges
}

export type Refusal = {
  request: PendingRequest
  code: StateRefusal
  message: string
  /** position of the refused event in the request */
  index: number
}

/**
 * Judges the oldest requests of a lane and stops at the first that does not fit.
 *
 * @returns `refused` only for a request judged on the stored shape alone, which no event of the plan stands before. One that is refused behind others
 *   waits for them: a refusal must never rest on events that may not come to be.
 */
export function planLane(lane: Lane, stored: StoredShape): { plan: LanePlan; refused: Refusal | null } {
  const plan: LanePlan = {
    lane,
    orgId: stored.orgId,
    shapeSeq: stored.shapeSeq,
    expectedSeq: null,
    requests: [],
    events: [],
    layer: fork(stored.shape),
    changes: noChanges(),
  }
  const ids = new Set<string>()
  let bytes = 0
  for (const request of lane.queue.slice(0, lane.maxRequests)) {
    const fresh = freshEvents(request)
    if (fresh.length === 0) {
      plan.requests.push(request)
      continue
    }
    const isFirst = plan.events.length === 0
    bytes += request.bytes
    const isFull = plan.events.length + fresh.length > EVENTS_PER_FLUSH || bytes > BYTES_PER_FLUSH
    if (!isFirst && (isFull || request.expectedSeq !== null)) break
    if (isFirst) plan.expectedSeq = request.expectedSeq
    // The same id twice in one statement would break the unique key; the next flush will find it stored.
    if (fresh.some((event) => event.idSent && ids.has(event.id))) break
    const judged = judge(plan.layer, fresh, plan.events.length)
    if ('refused' in judged) {
      const { refused: code, message } = judged
      const index = request.events.indexOf(judged.event)
      return { plan, refused: isFirst ? { request, code, message, index } : null }
    }
    merge(judged.layer, plan.layer)
    for (const effect of judged.effects) takeEffect(plan.changes, effect)
    plan.requests.push(request)
    for (const event of fresh) {
      plan.events.push(event)
      if (event.idSent) ids.add(event.id)
    }
  }
  return { plan, refused: null }
}
