import type { EventType } from '#domain/events/catalogue.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import type { StoredEvent } from '#server/journal/journal.ts'

/** One row of job_events as the driver gives it, without the job that whoever asked knows. */
export type EventFields = {
  id: string
  seq: number
  type: EventType
  /** as PostgreSQL writes them in UTC: `2026-11-22 03:24:51.12+00` */
  occurred_at: string
  recorded_at: string
  actor: string | null
  source: string | null
  traceparent: string | null
  caused_by: string | null
  payload: string | null
  redactions: string
}

export type EventRow = EventFields & { job_id: string }

/** The columns of EventFields and of an EventRow, for an SQL text. */
export const eventFields =
  'e.id, e.seq, e.type, e.occurred_at::text, e.recorded_at::text, e.actor, e.source, e.traceparent, e.caused_by, e.payload, e.redactions'
export const eventColumns = `e.job_id, ${eventFields}`

type ToIso = (text: string) => string

export function storedEvent(row: EventRow): StoredEvent {
  return toStored(row, row.job_id, isoTime, isoTime)
}

/** The one mapper from row to wire. Erased content is null. */
function toStored(row: EventFields, jobId: string, occurredAt: ToIso, recordedAt: ToIso): StoredEvent {
  const json = encodeEnvelope({
    id: row.id,
    jobId,
    seq: row.seq,
    type: row.type,
    occurredAt: occurredAt(row.occurred_at),
    recordedAt: recordedAt(row.recorded_at),
    actor: row.actor ?? 'null',
    source: row.source,
    traceparent: row.traceparent,
    causedBy: row.caused_by,
    payload: row.payload ?? 'null',
    redactions: row.redactions,
  })
  return { seq: row.seq, type: row.type, json }
}

/** Of a page. Events that were recorded together have the same times: each is converted once. */
export function storedEvents(rows: readonly EventFields[], jobId: string): StoredEvent[] {
  const occurredAt = rememberLast(isoTime)
  const recordedAt = rememberLast(isoTime)
  return rows.map((row) => toStored(row, jobId, occurredAt, recordedAt))
}

function rememberLast(convert: ToIso): ToIso {
  let last: string | undefined
  let converted = ''
  return (text) => {
    if (text !== last) converted = convert(text)
    last = text
    return converted
  }
}

/**
 * ISO 8601 with milliseconds. A Date in between would cost a tenth of reading history.
 *
 * @param text as PostgreSQL writes a time of the years 1970 to 9999 in UTC: up to six digits after the point, and none
 *   and no point if they are zeros
 */
function isoTime(text: string): string {
  const fraction = text.slice(20, Math.max(20, Math.min(23, text.length - 3)))
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`
}
