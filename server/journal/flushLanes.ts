import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import { merge } from '#domain/job/shape.ts'
import { codeOf, databaseErrorKind } from '#server/journal/databaseError.ts'
import { findStored } from '#server/journal/findStored.ts'
import type { Committed } from '#server/journal/journal.ts'
import { type Lane, rejectRequest } from '#server/journal/lane.ts'
import { answerRequest, freshEvents, type PendingRequest } from '#server/journal/pendingRequest.ts'
import { type LanePlan, planLane, type Refusal } from '#server/journal/planLane.ts'
import { type LaneAnswer, sendFlush } from '#server/journal/sendFlush.ts'
import { loadShapes, noSuchJob, type ShapeCache } from '#server/journal/shapeCache.ts'
import type { Logger } from '#server/logger.ts'

/** Measured: 2,000 events a statement is past the knee of the curve, 500 is before it. */
export const EVENTS_PER_FLUSH = 2000
/** Verdicts on an older shape are repeated this often before the request is told to come back. */
const STALE_TRIES = 5
/** A row that is locked elsewhere is tried again after this many milliseconds. */
const BUSY_PAUSE_MS = 5
/** … and a database that does not answer after these. */
const AWAY_PAUSE_MS = 100

export type FlushContext = {
  sql: Sql
  shapes: ShapeCache
  onCommitted(committed: Committed): void
  log: Pick<Logger, 'error'>
  /** milliseconds, monotonic */
  now(): number
  /** true once the server stops: nothing is waited for any more */
  closing(): boolean
}

/** One flush: judges what waits in these lanes, appends what is accepted in one statement, answers the requests. */
export async function flushLanes(context: FlushContext, lanes: readonly Lane[]): Promise<void> {
  try {
    await loadMissingShapes(context, lanes)
  } catch (error) {
    return waitOut(context, lanes, error)
  }
  const plans: LanePlan[] = []
  const refusals: Promise<void>[] = []
  for (const lane of lanes) {
    const stored = context.shapes.get(lane.jobId)
    rejectForeign(lane, stored?.orgId)
    if (!stored || lane.queue.length === 0) continue
    const { plan, refused } = planLane(lane, stored, EVENTS_PER_FLUSH)
    if (refused) refusals.push(confirmRefusal(context, lane, stored.shapeSeq, refused))
    else plans.push(plan)
  }
  await Promise.all([commitPlans(context, plans), ...refusals])
}

async function loadMissingShapes({ sql, shapes }: FlushContext, lanes: readonly Lane[]): Promise<void> {
  const missing = lanes.map((lane) => lane.jobId).filter((jobId) => !shapes.get(jobId))
  if (missing.length === 0) return
  for (const [jobId, stored] of await loadShapes(sql, missing)) shapes.set(jobId, stored)
}

/** A lane may hold requests of several organisations, all but one of which ask for a job that is not theirs. */
function rejectForeign(lane: Lane, owner: string | undefined): void {
  const foreign = lane.queue.filter((request) => request.orgId !== owner)
  for (const request of foreign) rejectRequest(lane, request, noSuchJob(lane.jobId))
}

async function commitPlans(context: FlushContext, plans: readonly LanePlan[]): Promise<void> {
  const filled = plans.filter((plan) => plan.events.length > 0)
  for (const plan of plans) if (plan.events.length === 0) finishPlan(plan, 0)
  if (filled.length === 0) return
  let answers: LaneAnswer[]
  try {
    answers = await sendFlush(context.sql, filled)
  } catch (error) {
    return await handleFailure(context, filled, error)
  }
  await Promise.all(
    filled.map(async (plan, index) => {
      const answer = answers[index]
      if (answer) await takeAnswer(context, plan, answer)
    }),
  )
}

async function takeAnswer(context: FlushContext, plan: LanePlan, answer: LaneAnswer): Promise<void> {
  const { lane } = plan
  switch (answer.status) {
    case 'appended':
      keepShape(context, plan, answer.head)
      publish(context, plan, answer)
      return finishPlan(plan, answer.head)
    case 'busy':
      lane.pauseMs = BUSY_PAUSE_MS
      return expire(context, lane, 'BUSY', 'The job is locked by another writer; send the request again.')
    case 'stale':
      context.shapes.drop(lane.jobId)
      return countStale(lane, plan.requests)
    case 'moved':
      return await confirmMoved(context, plan, answer.head)
  }
}

function keepShape({ shapes }: FlushContext, plan: LanePlan, head: number): void {
  const stored = shapes.get(plan.lane.jobId)
  if (!stored || plan.changes.shapeOffset === null) return
  merge(plan.layer, stored.shape)
  shapes.set(plan.lane.jobId, { ...stored, shapeSeq: head + plan.changes.shapeOffset })
}

function finishPlan({ lane, requests }: LanePlan, head: number): void {
  lane.maxRequests = Number.POSITIVE_INFINITY
  const done = new Set(requests)
  lane.queue = lane.queue.filter((request) => !done.has(request))
  let at = head
  for (const request of requests) {
    answerRequest(request, at)
    at += freshEvents(request).length
  }
}

function publish({ onCommitted }: FlushContext, plan: LanePlan, { head, recordedAt }: LaneAnswer): void {
  const { jobId } = plan.lane
  const recorded = recordedAt.toISOString()
  const events = plan.events.map((event, index) => {
    const seq = head + index + 1
    const occurredAt = event.occurredAt ?? recorded
    return { seq, type: event.type, json: encodeEnvelope({ ...event, jobId, seq, occurredAt, recordedAt: recorded }) }
  })
  const { orgId, layer } = plan
  onCommitted({ orgId, jobId, firstSeq: head + 1, lastSeq: head + events.length, events, state: layer.state })
}

async function confirmRefusal(context: FlushContext, lane: Lane, shapeSeq: number, refusal: Refusal): Promise<void> {
  const { request, code, message, eventId } = refusal
  const index = request.events.findIndex((event) => event.id === eventId)
  const error = new WaybillError(code, `Event ${index}: ${message}`, { details: { index } })
  await confirm(context, lane, { request, shapeSeq, error })
}

async function confirmMoved(context: FlushContext, plan: LanePlan, head: number): Promise<void> {
  const request = plan.requests[0]
  if (!request) return
  const text = `The job's head is ${head}, not ${request.expectedSeq} as expectedSeq says; read what is new and decide again.`
  const error = new WaybillError('SEQ_MISMATCH', text, { details: { head } })
  await confirm(context, plan.lane, { request, shapeSeq: plan.shapeSeq, error })
}

type Doubt = { request: PendingRequest; shapeSeq: number; error: WaybillError }

/**
 * Idempotency comes before any refusal: a request is refused for good only if nothing more of it is stored and the shape
 * it was judged on is the newest. Otherwise the next flush judges it again.
 */
async function confirm(context: FlushContext, lane: Lane, { request, shapeSeq, error }: Doubt): Promise<void> {
  let found: Awaited<ReturnType<typeof findStored>>
  try {
    found = await findStored(context.sql, lane.jobId, request.events)
  } catch (failure) {
    return handleLookupFailure(context, lane, request, failure)
  }
  if (found.seqs.size > request.known.size) {
    request.known = found.seqs
  } else if (found.shapeSeq !== shapeSeq) {
    context.shapes.drop(lane.jobId)
    countStale(lane, [request])
  } else {
    rejectRequest(lane, request, error)
  }
}

async function handleFailure(context: FlushContext, plans: readonly LanePlan[], error: unknown): Promise<void> {
  switch (databaseErrorKind(error)) {
    case 'unknown':
      for (const plan of plans) for (const request of plan.requests) request.uncertain = true
      return waitOut(
        context,
        plans.map((plan) => plan.lane),
        error,
      )
    case 'passing':
      return waitOut(
        context,
        plans.map((plan) => plan.lane),
        error,
      )
    case 'duplicate':
      await Promise.all(plans.map((plan) => findDuplicates(context, plan)))
      return
    case 'broken':
      return await isolate(context, plans, error)
  }
}

/** One culprit must not spoil its neighbours: halve the flush until it is alone, then refuse it. */
async function isolate(context: FlushContext, plans: readonly LanePlan[], error: unknown): Promise<void> {
  const [only] = plans
  if (!only || plans.length > 1) {
    const middle = Math.ceil(plans.length / 2)
    await commitPlans(context, plans.slice(0, middle))
    return await commitPlans(context, plans.slice(middle))
  }
  const [culprit] = only.requests
  context.shapes.drop(only.lane.jobId)
  if (only.requests.length > 1) {
    only.lane.maxRequests = Math.ceil(only.requests.length / 2)
  } else if (culprit) {
    context.log.error('The database refused a flush', { jobId: only.lane.jobId }, error)
    rejectRequest(
      only.lane,
      culprit,
      new WaybillError('INTERNAL', 'The database refused the events.', { cause: error }),
    )
  }
}

/** A unique key refused the statement: some ids are stored. Find which; the next flush carries the rest. */
async function findDuplicates(context: FlushContext, { lane, requests }: LanePlan): Promise<void> {
  for (const request of requests) {
    if (!request.uncertain && !request.events.some((event) => event.idSent)) continue
    try {
      request.known = (await findStored(context.sql, lane.jobId, request.events)).seqs
    } catch (failure) {
      handleLookupFailure(context, lane, request, failure)
    }
  }
}

function handleLookupFailure(context: FlushContext, lane: Lane, request: PendingRequest, failure: unknown): void {
  const kind = databaseErrorKind(failure)
  if (kind === 'unknown' || kind === 'passing') waitOut(context, [lane], failure)
  else rejectRequest(lane, request, failure)
}

/** The database is away or did not answer: forget shapes that may be old, wait, send again with the same ids. */
function waitOut(context: FlushContext, lanes: readonly Lane[], error: unknown): void {
  const text = `The database is not answering (${codeOf(error)}). Whether the events were recorded is not known: send them again with the same ids.`
  for (const lane of lanes) {
    context.shapes.drop(lane.jobId)
    lane.pauseMs = AWAY_PAUSE_MS
    expire(context, lane, 'UNAVAILABLE', text)
  }
}

function countStale(lane: Lane, requests: readonly PendingRequest[]): void {
  for (const request of requests) {
    if (++request.staleTries <= STALE_TRIES) continue
    const text = `Other writers changed the job ${STALE_TRIES} times while this request was judged; send it again.`
    rejectRequest(lane, request, new WaybillError('BUSY', text))
  }
}

function expire({ now, closing }: FlushContext, lane: Lane, code: 'BUSY' | 'UNAVAILABLE', text: string): void {
  const late = lane.queue.filter((request) => closing() || now() >= request.deadline)
  for (const request of late) rejectRequest(lane, request, new WaybillError(code, text))
}
