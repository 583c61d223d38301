import { WaybillError } from '#domain/errors.ts'
import { databaseErrorKind, describeAway } from '#server/journal/databaseError.ts'
import type { FlushContext } from '#server/journal/flushContext.ts'
import { type Lane, rejectRequest } from '#server/journal/lane.ts'

/** A database that does not answer is tried again after this many milliseconds. */
const AWAY_PAUSE_MS = 100

/** The database is away or did not answer: forget shapes that may be old, wait, send again with the same ids. */
export function waitOut(context: FlushContext, lanes: readonly Lane[], error: unknown): void {
  if (databaseErrorKind(error) === 'unknown') context.shapes.clear()
  const text = `${describeAway(error)}. Whether the events were recorded is not known: send them again with the same ids.`
  for (const lane of lanes) {
    lane.pauseMs = AWAY_PAUSE_MS
    expireRequests(context, lane, () => new WaybillError('UNAVAILABLE', text))
  }
}

/** Ends the wait of those requests that have waited as long as they may. */
export function expireRequests({ now, closing }: FlushContext, lane: Lane, error: () => WaybillError): void {
  const late = lane.queue.filter((request) => closing() || now() >= request.deadline)
  for (const request of late) rejectRequest(lane, request, error())
}
