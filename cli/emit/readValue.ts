import type { Json } from '#domain/events/fields.ts'

/** A value as typed in a shell: JSON where it is JSON (42, true, {"a":1}), else the text itself. */
export function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
