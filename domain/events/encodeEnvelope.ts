/** The stored parts of an event, ready to be spliced: `actor`, `payload` and `redactions` are JSON text already. */
export type EnvelopeParts = {
  id: string
  jobId: string
  seq: number
  type: string
  /** ISO 8601 UTC with milliseconds */
  occurredAt: string
  recordedAt: string
  actor: string
  source: string | null
  traceparent: string | null
  causedBy: string | null
  payload: string
  redactions: string
}

/**
 * One event as one line of JSON. The payload is spliced in as it was stored and committed to: parsing and printing it
 * again would cost more than the query and could change its numbers.
 */
export function encodeEnvelope(event: EnvelopeParts): string {
  const source = event.source === null ? '' : `,"source":${JSON.stringify(event.source)}`
  const traceparent = event.traceparent === null ? '' : `,"traceparent":"${event.traceparent}"`
  const causedBy = event.causedBy === null ? '' : `,"causedBy":"${event.causedBy}"`
  return (
    `{"id":"${event.id}","jobId":"${event.jobId}","seq":${event.seq},"type":"${event.type}"` +
    `,"occurredAt":"${event.occurredAt}","recordedAt":"${event.recordedAt}","actor":${event.actor}` +
    `${source}${traceparent}${causedBy},"payload":${event.payload},"redactions":${event.redactions}}`
  )
}
