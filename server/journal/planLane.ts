import type { StateRefusal } from '#domain/job/decide.ts'
import { fork, type JobShape, merge } from '#domain/job/shape.ts'
import { judge } from '#server/journal/judge.ts'
import type { Lane } from '#server/journal/lane.ts'
import { freshEvents, type PendingRequest } from '#server/journal/pendingRequest.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'
import type { StoredShape } from '#server/journal/shapeCache.ts'
import { copyChanges, noChanges, type ShapeChanges } from '#server/journal/shapeChanges.ts'

/** What one flush shall append for one job. */
export type LanePlan = {
  lane: Lane
  orgId: string
  /** the newest shape event the verdicts rest on */
  shapeSeq: number
  expectedSeq: number | null
  /** accepted requests, oldest first, and their fresh events in that order */
  requests: PendingRequest[]
  events: PreparedEvent[]
  /** the shape after them, and what they change of it */
  layer: JobShape
  changes: ShapeChanges
}

export type Refusal = { request: PendingRequest; code: StateRefusal; message: string; eventId: string }

/**
 * Judges the oldest requests of a lane and stops at the first that does not fit.
 *
 * @returns `refused` only for the oldest request, judged on the stored shape alone. One that is refused behind others
 *   waits for them: a refusal must never rest on events that may not come to be.
 */
export function planLane(
  lane: Lane,
  stored: StoredShape,
  maxEvents: number,
): { plan: LanePlan; refused: Refusal | null } {
  const plan: LanePlan = {
    lane,
    orgId: stored.orgId,
    shapeSeq: stored.shapeSeq,
    expectedSeq: lane.queue[0]?.expectedSeq ?? null,
    requests: [],
    events: [],
    layer: fork(stored.shape),
    changes: noChanges(),
  }
  const ids = new Set<string>()
  for (const request of lane.queue.slice(0, lane.maxRequests)) {
    const isFirst = plan.requests.length === 0
    const fresh = freshEvents(request)
    if (!isFirst && (request.expectedSeq !== null || plan.events.length + fresh.length > maxEvents)) break
    // The same id twice in one statement would break the unique key; the next flush will find it stored.
    if (fresh.some((event) => event.idSent && ids.has(event.id))) break
    const changes = copyChanges(plan.changes)
    const judged = judge(plan.layer, { events: fresh, offset: plan.events.length, changes })
    if ('refused' in judged) {
      const { refused: code, message, eventId } = judged
      return { plan, refused: isFirst ? { request, code, message, eventId } : null }
    }
    merge(judged.layer, plan.layer)
    plan.changes = changes
    plan.requests.push(request)
    for (const event of fresh) {
      plan.events.push(event)
      if (event.idSent) ids.add(event.id)
    }
  }
  return { plan, refused: null }
}
