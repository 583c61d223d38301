import type { Draft, Event } from '#domain/events/envelope.ts'

const jobId = '019a7f0e-0000-7000-8000-000000000000'
const actor = { userId: 'ada', kind: 'user' } as const
const start = Date.UTC(2026, 10, 22, 10)

/** A draft as if it had been recorded at `seq`, one second after the event before it. */
export function eventOf(draft: Draft, seq: number): Event {
  const recordedAt = new Date(start + seq * 1000).toISOString()
  return { ...envelope(seq, recordedAt), ...draft, id: idOf(seq), occurredAt: draft.occurredAt ?? recordedAt } as Event
}

export function createdEvent(): Event {
  const recordedAt = new Date(start + 1000).toISOString()
  const payload = { action: 'build', inputs: {}, requestId: 'request-1' }
  return { ...envelope(1, recordedAt), type: 'job.created', id: idOf(1), occurredAt: recordedAt, payload }
}

function envelope(seq: number, recordedAt: string) {
  return { jobId, seq, recordedAt, actor, redactions: [] }
}

function idOf(seq: number): string {
  return `019a7f0e-0000-7000-8000-${String(seq).padStart(12, '0')}`
}
