import { WaybillError } from '#domain/errors.ts'
import { type Lane, newLane, rejectLane } from '#server/journal/lane.ts'
import type { PendingRequest } from '#server/journal/pendingRequest.ts'
import { BYTES_PER_FLUSH, EVENTS_PER_FLUSH } from '#server/journal/planLane.ts'

/** Two flushes keep the disk busy while the next is being judged; more would only be smaller. */
const FLUSHES_IN_FLIGHT = 2
const JOBS_PER_FLUSH = 256
/** What waits in memory while the database is slow or away (as bytesOf counts): past it, emitters are told to come back. */
const PENDING_BYTES = 64 * 1024 * 1024

/** Brings the oldest requests of these lanes to their end, or leaves them in their queues for the next flush. */
export type Flush = (lanes: readonly Lane[], closing: () => boolean) => Promise<void>

export type GroupCommit = {
  submit(request: PendingRequest): void
  /** What waits, and what is in flushes under way, as bytesOf counts. */
  pendingBytes(): number
  /** Refuses new requests, lets those that wait come to their end. */
  close(): Promise<void>
}

/**
 * Collects requests into flushes: those that arrive while a flush is under way share the next one. Two flushes may be in
 * flight, never with the same job.
 */
export function openGroupCommit(flush: Flush): GroupCommit {
  const lanes = new Map<string, Lane>()
  /** lanes with requests and no flush under way, oldest first */
  const ready = new Set<Lane>()
  let pendingBytes = 0
  let flushes = 0
  let scheduled = false
  let closing = false
  let drained: (() => void) | null = null

  function submit(request: PendingRequest): void {
    const refusal = refusalOf(request)
    if (refusal) {
      request.reject(refusal)
      return
    }
    const lane = lanes.get(request.jobId) ?? newLane(request.jobId)
    lanes.set(request.jobId, lane)
    lane.queue.push(countIn(request))
    if (!lane.inFlight) ready.add(lane)
    schedule()
  }

  function refusalOf({ bytes }: PendingRequest): WaybillError | null {
    if (closing) {
      return new WaybillError('UNAVAILABLE', 'The server is stopping; send the request again in a few seconds.')
    }
    if (pendingBytes + bytes <= PENDING_BYTES) return null
    const text = `Events of ${pendingBytes} bytes wait to be recorded, about the most this server holds; send the request again in a second.`
    return new WaybillError('BUSY', text)
  }

  function countIn(request: PendingRequest): PendingRequest {
    pendingBytes += request.bytes
    const countOut = () => {
      pendingBytes -= request.bytes
    }
    return {
      ...request,
      resolve: (result) => {
        countOut()
        request.resolve(result)
      },
      reject: (error) => {
        countOut()
        request.reject(error)
      },
    }
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
    const room = { events: EVENTS_PER_FLUSH, bytes: BYTES_PER_FLUSH }
    for (const lane of ready) {
      taken.push(lane)
      ready.delete(lane)
      lane.inFlight = true
      fill(room, lane)
      if (room.events <= 0 || room.bytes <= 0 || taken.length >= JOBS_PER_FLUSH) break
    }
    return taken
  }

  function startFlush(taken: readonly Lane[]): void {
    flushes++
    flush(taken, () => closing)
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

  return { submit, pendingBytes: () => pendingBytes, close }
}

/** Takes from the room what the flush can take of this lane: about, for the lane's plan decides. */
function fill(room: { events: number; bytes: number }, { queue }: Lane): void {
  for (const request of queue) {
    if (room.events <= 0 || room.bytes <= 0) return
    room.events -= request.events.length
    room.bytes -= request.bytes
  }
}
