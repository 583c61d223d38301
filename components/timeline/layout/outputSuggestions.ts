import { type Suggestions, suggest } from '#domain/search/suggest.ts'

/** What lines of output have nothing of: a filter for it would find none. */
const otherFields = new Set(['tool:', 'gate:', 'tokens:'])
const lineKinds = new Set(['output', 'stdout', 'stderr'])

/** What could stand at the cursor in a filter of output: fields that lines have, and their values. @param steps names */
export function outputSuggestions(text: string, cursor: number, steps: readonly string[]): Suggestions {
  const found = suggest(text, cursor, { steps, tools: [], gates: [] })
  const isKind = /(^|[\s-])kind:[^\s]*$/i.test(text.slice(0, found.from))
  const items = found.items.filter((item) => (isKind ? lineKinds.has(item.text) : !otherFields.has(item.text)))
  // what stands there already need not be offered
  const typed = text.slice(found.from, found.to)
  return { ...found, items: items.filter((item) => item.text !== typed) }
}

/** The text with a suggestion taken, and where the cursor is then: behind a value and a space, or behind a colon. */
export function takeSuggestion(
  text: string,
  { from, to }: Suggestions,
  taken: string,
): { text: string; cursor: number } {
  const rest = text.slice(to)
  const space = taken.endsWith(':') || /^[\s,]/.test(rest) ? '' : ' '
  const before = text.slice(0, from) + taken + space
  return { text: before + rest, cursor: before.length }
}
