import { type DiffRow, diffRows } from '#components/timeline/ai/diff/diffRows.ts'
import { valueLines } from '#components/timeline/ai/diff/valueLines.ts'
import type { Json } from '#domain/events/fields.ts'

/** What differs in one member of two objects, or in two values that are none. */
export type FieldDiff = { name: string | null; rows: DiffRow[] }

/** What differs between two values: member by member if both are objects, and equal members left out. */
export function diffFields(before: Json | undefined, after: Json | undefined): FieldDiff[] {
  if (!isObject(before) || !isObject(after)) return fieldDiff(null, before, after)
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.flatMap((name) => fieldDiff(name, memberOf(before, name), memberOf(after, name)))
}

function fieldDiff(name: string | null, before: Json | undefined, after: Json | undefined): FieldDiff[] {
  // two texts need no quotes to be told apart, and read better without
  const areTexts = typeof before === 'string' && typeof after === 'string'
  const lines = (value: Json | undefined) => (areTexts ? String(value).split('\n') : valueLines(value))
  const rows = diffRows(lines(before), lines(after))
  return rows.some((row) => row.kind === 'removed' || row.kind === 'added') ? [{ name, rows }] : []
}

type JsonObject = { [name: string]: Json }

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function memberOf(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined
}
