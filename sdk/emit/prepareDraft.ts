import { v7 as uuid } from 'uuid'
import { WaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'

/** A draft ready to be sent, any number of times. */
export type Item = {
  /** lower case */
  id: string
  type: EventType
  stepId: string | undefined
  /** JSON of the draft, id and time included */
  text: string
  /** of `text` in UTF-8 */
  bytes: number
}

/**
 * Freezes a draft as text: what its owner changes afterwards must not make a repeated request another one. Sets what
 * must be the same each time: id (a UUIDv7) and occurredAt, which keeps the time when delivery is late.
 *
 * @throws WaybillError INVALID_INPUT if the draft cannot be written as JSON
 */
export function prepareDraft(draft: Draft, source: string | undefined): Item {
  try {
    const id = (draft.id ?? uuid()).toLowerCase()
    const occurredAt = draft.occurredAt ?? new Date().toISOString()
    const text = JSON.stringify({ ...(source !== undefined && { source }), ...draft, id, occurredAt })
    const { type, payload } = draft
    const stepId = 'stepId' in payload ? payload.stepId : undefined
    return { id, type, stepId, text, bytes: utf8Length(text) }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new WaybillError('INVALID_INPUT', `The event cannot be written as JSON: ${reason}`, { cause })
  }
}

export function draftOf(item: Pick<Item, 'text'>): Draft {
  return JSON.parse(item.text) as Draft
}

/** Bytes of well-formed text in UTF-8, counted: encoding it only to measure it would double what emitting allocates. */
function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Each half of a surrogate pair counts two of its four bytes.
    if (code >= 0x80) bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}
