import type { EventType } from '#domain/events/catalogue.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import type { StoredEvent } from '#server/journal/journal.ts'

/** One row of job_events as the driver gives it. */
export type EventRow = {
  id: string
  job_id: string
  seq: number
  type: EventType
  occurred_at: Date
  recorded_at: Date
  actor: string | null
  source: string | null
  traceparent: string | null
  caused_by: string | null
  payload: string | null
  redactions: string
}

/** The columns of an EventRow, for an SQL text. */
export const eventColumns =
  'e.id, e.job_id, e.seq, e.type, e.occurred_at, e.recorded_at, e.actor, e.source, e.traceparent, e.caused_by, e.payload, e.redactions'

/** The one mapper from row to wire. Erased content is null. */
export function storedEvent(row: EventRow): StoredEvent {
  const json = encodeEnvelope({
    id: row.id,
    jobId: row.job_id,
    seq: row.seq,
    type: row.type,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    actor: row.actor ?? 'null',
    source: row.source,
    traceparent: row.traceparent,
    causedBy: row.caused_by,
    payload: row.payload ?? 'null',
    redactions: row.redactions,
  })
  return { seq: row.seq, type: row.type, json }
}
