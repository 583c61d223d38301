import type { Json } from '#domain/events/fields.ts'

/**
 * A value as indented JSON, except that texts are broken where they break: a file that a tool was given is compared line
 * by line. Two values have the same lines only if they are equal. No lines: there is no value.
 */
export function valueLines(value: Json | undefined): string[] {
  if (value === undefined) return []
  // every escape is taken whole, or the second half of "\\" and an "n" would break a line
  return JSON.stringify(value, null, 2)
    .replace(/\\(.)/g, (taken, character) => (character === 'n' ? '\n' : taken))
    .split('\n')
}
