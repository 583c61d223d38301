import { WaybillError } from '#domain/errors.ts'
import { mayPass } from '#server/journal/databaseError.ts'
import { findStored } from '#server/journal/findStored.ts'
import type { FlushContext } from '#server/journal/flushContext.ts'
import { type Lane, rejectRequest } from '#server/journal/lane.ts'
import { freshEvents, type PendingRequest } from '#server/journal/pendingRequest.ts'
import type { LanePlan, Refusal } from '#server/journal/planLane.ts'
import { waitOut } from '#server/journal/waitOut.ts'
import { withinTime } from '#server/journal/withinTime.ts'

type Doubt = {
  request: PendingRequest
  error: WaybillError /** what the verdict rests on, if on a shape */
  shapeSeq?: number
}

/**
 * The reducer refused a request. Idempotency comes first: the refusal is given only if nothing more of the request is
 * stored and the shape it was judged on is the newest. Otherwise the next flush judges it again.
 */
export function confirmRefusal(context: FlushContext, { lane, shapeSeq }: LanePlan, refusal: Refusal): Promise<void> {
  const { request, code, message, index } = refusal
  const error = new WaybillError(code, `Event ${index}: ${message}`, { details: { index } })
  return confirm(context, lane, { request, error, shapeSeq })
}

/** The head was not the expected one, which the lock has proved: only being stored already can save the request. */
export async function confirmMoved(context: FlushContext, { lane, requests }: LanePlan, head: number): Promise<void> {
  const request = requests.find((one) => freshEvents(one).length > 0)
  if (!request) return
  const text = `The job's head is ${head}, not ${request.expectedSeq} as expectedSeq says; read what is new and decide again.`
  await confirm(context, lane, { request, error: new WaybillError('SEQ_MISMATCH', text, { details: { head } }) })
}

async function confirm(context: FlushContext, lane: Lane, { request, error, shapeSeq }: Doubt): Promise<void> {
  let found: Awaited<ReturnType<typeof findStored>>[number] | undefined
  try {
    ;[found] = await withinTime(findStored(context.sql, [request]), context.patienceMs)
  } catch (failure) {
    if (mayPass(failure)) waitOut(context, [lane], failure)
    else rejectRequest(lane, request, failure)
    return
  }
  if (found?.reused) rejectRequest(lane, request, found.reused)
  else if (found && found.seqs.size > request.known.size) request.known = found.seqs
  else if (found && shapeSeq !== undefined && found.shapeSeq !== shapeSeq) context.shapes.outdate(lane.jobId)
  else rejectRequest(lane, request, error)
}
