import type { z } from 'zod'
import { WaybillError } from '#domain/errors.ts'
import { invalidInput } from '#domain/events/invalidInput.ts'

/** @throws WaybillError INVALID_INPUT or UNKNOWN_FIELD that names the place */
export function parseInput<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidInput(parsed.error, { what: 'The request' })
  return parsed.data
}

/** The same as a parser for a tRPC procedure. Schemas here have no defaults, so what clients send is what they mean. */
export function accept<T extends z.ZodType>(schema: T): (value: unknown) => z.output<T> {
  return (value) => parseInput(schema, value)
}

/**
 * A job's id as the journal keys it. What is no UUID names no job, so it is answered like an unknown one.
 *
 * @throws WaybillError NOT_FOUND
 */
export function parseJobId(text: string): string {
  if (isUuid(text)) return text.toLowerCase()
  throw new WaybillError('NOT_FOUND', `There is no job "${text.slice(0, 60)}".`)
}

/**
 * A position in a job: 0 for its beginning, else a seq. A cursor that is guessed at instead of refused would skip or
 * repeat events.
 *
 * @param name the parameter, for the message
 * @throws WaybillError INVALID_INPUT
 */
export function parseSeq(text: string, name: string): number {
  const seq = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(seq)) return seq
  throw new WaybillError('INVALID_INPUT', `${name} must be a seq (0, 1, 2 …), not "${text.slice(0, 40)}".`, {
    details: { path: `/${name}` },
  })
}

/** A seq or an id in a path. What is neither names no event. @throws WaybillError NOT_FOUND */
export function parseEventName(text: string): number | string {
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  if (isUuid(text)) return text.toLowerCase()
  throw new WaybillError(
    'NOT_FOUND',
    `There is no event "${text.slice(0, 60)}"; events are named by seq (1, 2 …) or id.`,
  )
}

/** The number of a page of lines in a path. What is none names no page. @throws WaybillError NOT_FOUND */
export function parsePage(text: string): number {
  if (/^(?:0|[1-9]\d{0,9})$/.test(text)) return Number(text)
  throw new WaybillError('NOT_FOUND', `There is no page "${text.slice(0, 40)}" of lines; they are 0, 1, 2 ….`)
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}
