import { z } from 'zod'
import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
import { instant } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'

export type ActorKind = 'user' | 'service' | 'agent'
export type Actor = { userId: string; kind: ActorKind; name?: string }

/** What was removed from a payload before it was stored, and by which rule. `path` is a JSON Pointer (RFC 6901). */
export type Redaction = { path: string; rule: string }

/** The fields of a draft around its payload. */
export const draftFields = {
  id: z.uuid().optional(),
  occurredAt: instant.optional(),
  source: z.string().min(1).max(limits.sourceCharacters).optional(),
  /** W3C Trace Context §3.2 */
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, 'a W3C traceparent')
    .optional(),
  causedBy: z.uuid().optional(),
}

type DraftOf<T extends EventType> = {
  type: T
  payload: PayloadOf<T>
  /** idempotency key; the server makes one if absent */
  id?: string | undefined
  occurredAt?: string | undefined
  source?: string | undefined
  traceparent?: string | undefined
  causedBy?: string | undefined
}

/** An event as a client submits it. `job.created` is not among them: only `jobs.create` makes it. */
export type Draft = { [T in Exclude<EventType, 'job.created'>]: DraftOf<T> }[Exclude<EventType, 'job.created'>]

type EventOf<T extends EventType> = {
  id: string
  jobId: string
  seq: number
  type: T
  occurredAt: string
  recordedAt: string
  actor: Actor
  source?: string
  traceparent?: string
  causedBy?: string
  payload: PayloadOf<T>
  redactions: Redaction[]
}

/** An event as served: one stored, immutable fact about a job. */
export type Event = { [T in EventType]: EventOf<T> }[EventType]
