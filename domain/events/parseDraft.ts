import { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'
import { catalogue } from '#domain/events/catalogue.ts'
import { type Draft, draftFields } from '#domain/events/envelope.ts'
import { invalidInput } from '#domain/events/invalidInput.ts'
import { isEventType } from '#domain/events/kinds.ts'
import { limits } from '#domain/events/limits.ts'

const envelope = z.strictObject({ type: z.string(), payload: z.unknown(), ...draftFields })

/**
 * Checks one submitted event against the catalogue.
 *
 * @param index its position in the request (0-based), named in every refusal
 * @throws WaybillError UNKNOWN_EVENT_TYPE, JOB_CREATED_RESERVED, UNKNOWN_FIELD, INVALID_INPUT, TEXT_TOO_LARGE, TOO_DEEP
 */
export function parseDraft(value: unknown, index: number): Draft {
  const outer = envelope.safeParse(value)
  if (!outer.success) throw invalidInput(outer.error, { index, what: `Event ${index}` })
  const { type, payload, ...rest } = outer.data
  if (!isEventType(type)) {
    throw new WaybillError('UNKNOWN_EVENT_TYPE', `Event ${index}: there is no event type "${type.slice(0, 60)}".`, {
      details: { index, path: '/type' },
    })
  }
  if (type === 'job.created') {
    throw new WaybillError('JOB_CREATED_RESERVED', `Event ${index}: job.created is made by jobs.create only.`, {
      details: { index, path: '/type' },
    })
  }
  const inner = catalogue[type].safeParse(payload)
  if (!inner.success) throw invalidInput(inner.error, { index, what: `Event ${index}`, under: ['payload'] })
  refuseDeepPayload(inner.data, index)
  const draft = { type, payload: inner.data, ...rest } as Draft
  if (draft.type === 'step.output') refuseBadText(draft.payload, index)
  return draft
}

/** Ids that occur twice in one request would make one of the two events vanish as a duplicate of the other. */
export function refuseRepeatedIds(drafts: readonly Draft[]): void {
  const seen = new Set<string>()
  for (const [index, draft] of drafts.entries()) {
    if (draft.id === undefined) continue
    const id = draft.id.toLowerCase()
    if (seen.has(id)) {
      throw new WaybillError('DUPLICATE_EVENT_ID', `Event ${index} repeats the id ${id} of an earlier event.`, {
        details: { index, path: '/id' },
      })
    }
    seen.add(id)
  }
}

function refuseBadText(payload: { text: string; encoding?: 'base64' | undefined }, index: number): void {
  const details = { index, path: '/payload/text' }
  if (
    payload.encoding === 'base64' &&
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(payload.text)
  ) {
    throw new WaybillError('INVALID_INPUT', `Event ${index}: the text is not padded standard base64 (RFC 4648 §4).`, {
      details,
    })
  }
  // A UTF-16 unit is at most three bytes of UTF-8: only a text near the limit is worth measuring.
  if (payload.text.length * 3 <= limits.textBytes) return
  const bytes = payload.encoding === 'base64' ? decodedBytes(payload.text) : utf8Bytes(payload.text)
  if (bytes > limits.textBytes) {
    throw new WaybillError(
      'TEXT_TOO_LARGE',
      `Event ${index}: the text has ${bytes} bytes, at most ${limits.textBytes} are allowed; split it.`,
      { details },
    )
  }
}

function decodedBytes(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  return (base64.length / 4) * 3 - padding
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}

function refuseDeepPayload(payload: object, index: number): void {
  if (depthOf(payload) > limits.depth) {
    throw new WaybillError('TOO_DEEP', `Event ${index}: the payload is nested deeper than ${limits.depth} levels.`, {
      details: { index, path: '/payload' },
    })
  }
}

/** Levels of objects and arrays; recursion is safe because parseStrictJson bounds what comes in. */
export function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const child of Object.values(value)) deepest = Math.max(deepest, depthOf(child))
  return deepest + 1
}
