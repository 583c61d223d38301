import type { EmitResult } from '#domain/job/served.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'

/** Measured: what 100,000 waiting requests of one event, and 200 of 500, take beyond their payloads. */
const BYTES_AROUND_REQUEST = 1000
const BYTES_AROUND_PAYLOAD = 1000

/** A request on its way into the journal: one job's events, whole or not at all. */
export type PendingRequest = {
  orgId: string
  jobId: string
  events: readonly PreparedEvent[]
  /** as bytesOf counts them */
  bytes: number
  expectedSeq: number | null
  /** seqs of events that are stored already, by id */
  known: Map<string, number>
  /** a flush that carried these events ended without an answer: even ids made by the server may be stored */
  uncertain: boolean
  /** milliseconds of the monotonic clock after which waiting ends with 503 */
  deadline: number
  resolve(result: EmitResult): void
  reject(error: unknown): void
}

/** What a request with these events weighs in memory, about. */
export function bytesOf(events: readonly PreparedEvent[]): number {
  return events.reduce((bytes, event) => bytes + event.payload.length + BYTES_AROUND_PAYLOAD, BYTES_AROUND_REQUEST)
}

/** Events that are not known to be stored. */
export function freshEvents(request: PendingRequest): readonly PreparedEvent[] {
  if (request.known.size === 0) return request.events
  return request.events.filter((event) => !request.known.has(event.id))
}

/** @param head the seq before the first fresh event of this request */
export function answerRequest(request: PendingRequest, head: number): void {
  let seq = head
  const results = request.events.map((event) => {
    const known = request.known.get(event.id)
    if (known !== undefined) return { id: event.id, seq: known, duplicate: true }
    seq++
    return { id: event.id, seq, duplicate: false }
  })
  const isNew = seq > head
  request.resolve({ firstSeq: isNew ? head + 1 : null, lastSeq: isNew ? seq : null, results })
}
