import type { z } from 'zod'
import { readValue } from '#cli/emit/readValue.ts'
import { WaybillError } from '#domain/errors.ts'
import { catalogue, type EventType } from '#domain/events/catalogue.ts'

/**
 * Fields given as options (`--step-id build --exit-code 1 --error.code E1`) as a payload. What a field takes decides how
 * its text is read: `--name 42` is a name, `--exit-code 42` a number.
 *
 * @throws WaybillError INVALID_INPUT for what is no option, UNKNOWN_FIELD with the fields there are
 */
export function buildPayload(type: EventType, options: readonly string[]): Record<string, unknown> {
  const payload: Record<string, unknown> = {}
  for (let at = 0; at < options.length; at += 2) {
    const [option = '', text] = options.slice(at, at + 2)
    const [, name, member] = /^--([a-z][A-Za-z0-9-]*)(?:\.([A-Za-z]+))?$/.exec(option) ?? []
    if (name === undefined || text === undefined) {
      throw new WaybillError(
        'INVALID_INPUT',
        `"${option}" is no field with a value: write --name value for each field.`,
      )
    }
    const field = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const schema = fieldSchema(type, field)
    if (member === undefined) payload[field] = readField(schema, text)
    else payload[field] = { ...(payload[field] as object | undefined), [member]: text }
  }
  return payload
}

function fieldSchema(type: EventType, field: string): z.ZodType {
  const shape: Record<string, z.ZodType> = catalogue[type].shape
  const schema = Object.hasOwn(shape, field) ? shape[field] : undefined
  if (schema) return schema
  const known = Object.keys(shape).map(
    (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  )
  throw new WaybillError('UNKNOWN_FIELD', `${type} has no field "${field}"; it has ${known.join(', ')}.`)
}

/** JSON if the field takes what it says, else the text: the server's word for a wrong value is better than ours. */
function readField(schema: z.ZodType, text: string): unknown {
  const value = readValue(text)
  return schema.safeParse(value).success ? value : text
}
