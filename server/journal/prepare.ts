import { hash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { WaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Actor, Redaction } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import { type EventFacts, factsOf } from '#domain/job/facts.ts'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import { commitmentPreimage } from '#domain/merkle/commitment.ts'
import type { CleanDraft } from '#server/journal/journal.ts'
import { makeSalts, saltOf } from '#server/journal/salts.ts'

/** An event with everything but its place and time: made once, so that a resend carries the same id, salt and bytes. */
export type PreparedEvent = {
  id: string
  /** false if the server made the id: then no earlier request can have stored it */
  idSent: boolean
  type: EventType
  facts: EventFacts
  /** name and kind of a step or gate that this event starts: content, so no part of the facts */
  label: { name: string; kind: string | null } | null
  /** ISO 8601 UTC with milliseconds; null: the moment it is recorded */
  occurredAt: string | null
  source: string | null
  traceparent: string | null
  causedBy: string | null
  /** canonical JSON texts */
  actor: string
  payload: string
  redactions: string
  shape: string
  /** hex */
  salt: string
  commitment: string
}

/** @throws WaybillError PAYLOAD_TOO_LARGE with the event's index */
export function prepareEvents(actor: Actor, events: readonly CleanDraft[]): PreparedEvent[] {
  const actorText = canonicalJson(actor)
  // The second half is for ids that the client did not send.
  const random = makeSalts(2 * events.length)
  return events.map(({ draft, redactions }, index) => {
    const { type, payload } = draft
    const facts = factsOf(type, payload as never)
    const label =
      draft.type === 'step.started'
        ? { name: draft.payload.name, kind: draft.payload.kind ?? null }
        : draft.type === 'gate.started'
          ? { name: draft.payload.name, kind: null }
          : null
    return {
      id: draft.id?.toLowerCase() ?? uuidv7({ random: saltOf(random, events.length + index) }),
      idSent: draft.id !== undefined,
      type,
      facts,
      label,
      occurredAt: draft.occurredAt === undefined ? null : new Date(draft.occurredAt).toISOString(),
      source: draft.source ?? null,
      traceparent: draft.traceparent ?? null,
      causedBy: draft.causedBy?.toLowerCase() ?? null,
      ...commitContent({ actor: actorText, content: payload, redactions, salt: saltOf(random, index), index }),
      shape: canonicalJson(facts),
    }
  })
}

export type Content = {
  /** canonical JSON */
  actor: string
  content: object
  redactions: readonly Redaction[]
  salt: Buffer
  /** position in the request, for a refusal */
  index: number
}

/** Canonical bytes of an event's content and the commitment to them. */
export function commitContent({
  actor,
  content,
  redactions,
  salt,
  index,
}: Content): Pick<PreparedEvent, 'actor' | 'payload' | 'redactions' | 'salt' | 'commitment'> {
  const payload = canonicalJson(content)
  refuseLargePayload(payload, index)
  return {
    actor,
    payload,
    redactions: redactions.length === 0 ? '[]' : canonicalJson(redactions),
    salt: salt.toString('hex'),
    commitment: hash('sha256', commitmentPreimage(salt, actor, payload), 'hex'),
  }
}

function refuseLargePayload(payload: string, index: number): void {
  // A UTF-16 unit is at most three bytes of UTF-8: only a text near the limit is worth measuring.
  if (payload.length * 3 <= limits.payloadBytes) return
  const bytes = Buffer.byteLength(payload)
  if (bytes <= limits.payloadBytes) return
  throw new WaybillError(
    'PAYLOAD_TOO_LARGE',
    `Event ${index}: the payload has ${bytes} bytes, at most ${limits.payloadBytes} are allowed; store large content elsewhere and record an artifact.`,
    { details: { index, path: '/payload' } },
  )
}
