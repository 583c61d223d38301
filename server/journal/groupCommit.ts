import { WaybillError } from '#domain/errors.ts'
import { EVENTS_PER_FLUSH, type FlushContext, flushLanes } from '#server/journal/flushLanes.ts'
import { type Lane, newLane, rejectLane } from '#server/journal/lane.ts'
import type { PendingRequest } from '#server/journal/pendingRequest.ts'

/** Two flushes keep the disk busy while the next is being judged; more would only be smaller. */
const FLUSHES_IN_FLIGHT = 2
const JOBS_PER_FLUSH = 256
/** What waits in memory while the database is slow or away: past this, emitters are told to come back. */
const PENDING_EVENTS = 200_000

export type GroupCommit = {
  submit(request: PendingRequest): void
  /** Refuses new requests, lets those that wait come to their end. */
  close(): Promise<void>
}

/**
 * Collects requests into flushes: those that arrive while a flush is under way share the next one. Two flushes may be in
 * flight, never with the same job.
 */
export function openGroupCommit(context: Omit<FlushContext, 'closing'>): GroupCommit {
  const lanes = new Map<string, Lane>()
  /** lanes with requests and no flush under way, oldest first */
  const ready = new Set<Lane>()
  let flushes = 0
  let pending = 0
  let scheduled = false
  let closing = false
  let drained: (() => void) | null = null

  function submit(request: PendingRequest): void {
    if (closing) {
      request.reject(
        new WaybillError('UNAVAILABLE', 'The server is stopping; send the request again in a few seconds.'),
      )
      return
    }
    if (pending + request.events.length > PENDING_EVENTS) {
      const text = `${pending} events wait to be recorded, the most this server holds; send the request again in a second.`
      request.reject(new WaybillError('BUSY', text))
      return
    }
    pending += request.events.length
    const lane = lanes.get(request.jobId) ?? newLane(request.jobId)
    lanes.set(request.jobId, lane)
    lane.queue.push(countDown(request))
    if (!lane.inFlight) ready.add(lane)
    schedule()
  }

  function countDown(request: PendingRequest): PendingRequest {
    const { resolve, reject } = request
    const done = () => {
      pending -= request.events.length
    }
    request.resolve = (result) => {
      done()
      resolve(result)
    }
    request.reject = (error) => {
      done()
      reject(error)
    }
    return request
  }

  /** The requests that one turn of the event loop brings go out together. */
  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      while (flushes < FLUSHES_IN_FLIGHT && ready.size > 0) startFlush(takeLanes())
    })
  }

  function takeLanes(): Lane[] {
    const taken: Lane[] = []
    let events = 0
    for (const lane of ready) {
      taken.push(lane)
      ready.delete(lane)
      lane.inFlight = true
      for (const request of lane.queue) events += request.events.length
      if (events >= EVENTS_PER_FLUSH || taken.length >= JOBS_PER_FLUSH) break
    }
    return taken
  }

  function startFlush(taken: readonly Lane[]): void {
    flushes++
    flushLanes({ ...context, closing: () => closing }, taken)
      .catch((error: unknown) => {
        for (const lane of taken) rejectLane(lane, error)
      })
      .finally(() => {
        flushes--
        for (const lane of taken) release(lane)
        schedule()
      })
  }

  function release(lane: Lane): void {
    const { pauseMs } = lane
    lane.pauseMs = 0
    if (pauseMs > 0 && lane.queue.length > 0) {
      setTimeout(() => {
        release(lane)
        schedule()
      }, pauseMs)
      return
    }
    lane.inFlight = false
    if (lane.queue.length > 0) ready.add(lane)
    else lanes.delete(lane.jobId)
    if (lanes.size === 0) drained?.()
  }

  async function close(): Promise<void> {
    closing = true
    if (lanes.size === 0) return
    await new Promise<void>((resolve) => {
      drained = resolve
    })
  }

  return { submit, close }
}
