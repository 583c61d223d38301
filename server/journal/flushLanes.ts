import { WaybillError } from '#domain/errors.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import { merge } from '#domain/job/shape.ts'
import { confirmMoved, confirmRefusal } from '#server/journal/confirmRefusal.ts'
import { databaseErrorKind, mayPass } from '#server/journal/databaseError.ts'
import { findDuplicates } from '#server/journal/findDuplicates.ts'
import type { FlushContext } from '#server/journal/flushContext.ts'
import { isolateCulprit } from '#server/journal/isolateCulprit.ts'
import { type Lane, rejectLane, rejectRequest } from '#server/journal/lane.ts'
import { loadShapes } from '#server/journal/loadShapes.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'
import { answerRequest, freshEvents } from '#server/journal/pendingRequest.ts'
import { type LanePlan, planLane } from '#server/journal/planLane.ts'
import { type LaneAnswer, sendFlush } from '#server/journal/sendFlush.ts'
import { expireRequests, waitOut } from '#server/journal/waitOut.ts'
import { withinTime } from '#server/journal/withinTime.ts'

/** A row that is locked elsewhere is tried again after about this many milliseconds. */
const BUSY_PAUSE_MS = 5

/** One flush: judges what waits in these lanes, appends what is accepted in one statement, answers the requests. */
export async function flushLanes(context: FlushContext, lanes: readonly Lane[]): Promise<void> {
  let absent: ReadonlySet<string>
  try {
    absent = await loadMissingShapes(context, lanes)
  } catch (error) {
    if (mayPass(error)) return waitOut(context, lanes, error)
    return await isolateCulprit(lanes, {
      again: (half) => flushLanes(context, half),
      refuse: (lane) => rejectLane(lane, refusedByDatabase(context, lane, error)),
    })
  }
  const plans: LanePlan[] = []
  const refusals: Promise<void>[] = []
  for (const lane of lanes) {
    const stored = context.shapes.get(lane.jobId)
    if (!stored && !absent.has(lane.jobId)) {
      // Forgotten while the shapes of others were read: only of what was looked for can it be said that it is not there.
      expireRequests(context, lane, forgotten)
      continue
    }
    rejectForeign(lane, stored?.orgId)
    if (!stored || lane.queue.length === 0) continue
    const { plan, refused } = planLane(lane, stored)
    if (refused) refusals.push(confirmRefusal(context, plan, refused))
    plans.push(plan)
  }
  await Promise.all([commitPlans(context, plans), ...refusals])
}

/** @returns the jobs that were looked for and do not exist */
async function loadMissingShapes(
  { sql, shapes, patienceMs }: FlushContext,
  lanes: readonly Lane[],
): Promise<ReadonlySet<string>> {
  const missing = lanes
    .map(({ jobId }) => ({ jobId, known: shapes.get(jobId) }))
    .filter(({ known }) => !known?.isCurrent)
  if (missing.length === 0) return new Set()
  const { clearings } = shapes
  const loaded = await withinTime(loadShapes(sql, missing), patienceMs)
  // Read on from what is trusted no more: the next flush reads anew.
  if (shapes.clearings !== clearings) return new Set()
  for (const [jobId, stored] of loaded) shapes.set(jobId, stored)
  return new Set(missing.map(({ jobId }) => jobId).filter((jobId) => !loaded.has(jobId)))
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
  const { counts } = context
  const start = context.now()
  let answers: LaneAnswer[]
  try {
    answers = await withinTime(sendFlush(context.sql, filled), context.patienceMs)
  } catch (error) {
    counts.failedFlushes++
    return await handleFailure(context, filled, error)
  }
  counts.flushSeconds.observe((context.now() - start) / 1000)
  counts.flushEvents.observe(filled.reduce((sum, plan) => sum + plan.events.length, 0))
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
      finishPlan(plan, answer.head)
      return publish(context, plan, answer)
    case 'busy':
      context.counts.busy++
      // Two processes that come back in step would meet for ever.
      lane.pauseMs = BUSY_PAUSE_MS * (0.5 + Math.random())
      return expireRequests(context, lane, busy)
    case 'stale':
      context.counts.stale++
      context.shapes.outdate(lane.jobId)
      return expireRequests(context, lane, busy)
    case 'moved':
      return await confirmMoved(context, plan, answer.head)
  }
}

function forgotten(): WaybillError {
  return new WaybillError('UNAVAILABLE', 'The connection to the database was lost; send the request again.')
}

function busy(): WaybillError {
  return new WaybillError('BUSY', 'Other writers kept the job locked or changed it meanwhile; send the request again.')
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

function publish({ onCommitted, counts }: FlushContext, plan: LanePlan, { head, recordedAt }: LaneAnswer): void {
  counts.events += plan.events.length
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

async function handleFailure(context: FlushContext, plans: readonly LanePlan[], error: unknown): Promise<void> {
  const lanes = plans.map((plan) => plan.lane)
  switch (databaseErrorKind(error)) {
    case 'unknown':
      for (const { requests } of plans) for (const request of requests) request.uncertain = true
      return waitOut(context, lanes, error)
    case 'passing':
      return waitOut(context, lanes, error)
    case 'duplicate':
      return await findDuplicates(context, plans)
    case 'broken':
      return await isolateCulprit(plans, {
        again: (half) => commitPlans(context, half),
        refuse: (plan) => refuseCulprit(context, plan, error),
      })
  }
}

/** Also among the requests of one job: halves what its next flush carries until one is alone. */
function refuseCulprit(context: FlushContext, { lane, requests }: LanePlan, error: unknown): void {
  const [culprit] = requests
  if (requests.length > 1) lane.maxRequests = Math.ceil(requests.length / 2)
  else if (culprit) rejectRequest(lane, culprit, refusedByDatabase(context, lane, error))
}

/** Without its cause: PostgreSQL's messages quote what they refuse. */
function refusedByDatabase({ log }: FlushContext, { jobId }: Lane, error: unknown): WaybillError {
  log.error('The database refused events', { jobId }, error)
  return new WaybillError('INTERNAL', 'The database refused the events; the log of the server names the reason.')
}
