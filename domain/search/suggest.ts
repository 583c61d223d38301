import { formatName } from '#domain/search/formatQuery.ts'
import { isSearchField, itemStatuses, type SearchField, searchFields, searchKinds } from '#domain/search/query.ts'
import { wordEnd } from '#domain/search/readQuoted.ts'

/** Names that occur in the job, for what follows `step:`, `tool:` and `gate:`. */
export type KnownNames = { steps: readonly string[]; tools: readonly string[]; gates: readonly string[] }

export type Suggestion = { /** what the characters become */ text: string /** what it does */; hint: string }
/** Suggestions for characters `from` up to `to` of the filter. */
export type Suggestions = { from: number; to: number; items: readonly Suggestion[] }

/** Names offered at a time. */
const MOST = 20

/**
 * What could stand where the cursor is: a field, or what its colon is followed by. Total, also in a text that cannot be
 * parsed (yet). A suggested field ends with its colon, so that the next call suggests its values.
 */
export function suggest(text: string, cursor: number, known: KnownNames): Suggestions {
  const at = Math.min(Math.max(0, cursor), text.length)
  const from = tokenStart(text, at)
  const typed = text.slice(from, at)
  const [, dash = '', name = '', colon = '', rest = ''] = /^(-?)([a-z]*)(:?)(.*)$/is.exec(typed) ?? []
  const field = name.toLowerCase()
  if (colon === '') {
    if (rest !== '') return { from: at, to: at, items: [] }
    return { from: from + dash.length, to: wordEnd(text, at), items: suggestFields(field) }
  }
  if (!isSearchField(field)) return { from: at, to: at, items: [] }
  const values = rest.slice(0, lastComma(rest) + 1)
  const begun = rest.slice(values.length)
  return {
    from: at - begun.length,
    to: valueEnd(text, at),
    items: suggestValues(field, begun.replaceAll('"', ''), known),
  }
}

function suggestFields(begun: string): Suggestion[] {
  return Object.entries(searchFields)
    .filter(([field]) => field.startsWith(begun))
    .map(([field, { takes }]) => ({ text: `${field}:`, hint: takes }))
}

const examples: Partial<Record<SearchField, readonly Suggestion[]>> = {
  dur: [
    { text: '>1s', hint: 'longer than a second' },
    { text: '>10s', hint: 'longer than ten seconds' },
    { text: '>1m', hint: 'longer than a minute' },
    { text: '<1s', hint: 'shorter than a second' },
  ],
  tokens: [
    { text: '>1k', hint: 'more than 1,000 tokens' },
    { text: '>10k', hint: 'more than 10,000 tokens' },
    { text: '>100k', hint: 'more than 100,000 tokens' },
  ],
  seq: [
    { text: '1..100', hint: 'the first hundred events' },
    { text: '100..', hint: 'from event 100 on' },
  ],
}

const statusHints: Partial<Record<string, string>> = { failed: 'all that went wrong', passed: 'all that went well' }

function suggestValues(field: SearchField, begun: string, known: KnownNames): Suggestion[] {
  switch (field) {
    case 'kind':
      return beginning(searchKinds, begun)
    case 'status':
      return beginning(itemStatuses, begun)
    case 'step':
      return containing(known.steps, begun)
    case 'tool':
      return containing(known.tools, begun)
    case 'gate':
      return containing(known.gates, begun)
    default:
      return (examples[field] ?? []).filter(({ text }) => text.startsWith(begun))
  }
}

function beginning(words: readonly string[], begun: string): Suggestion[] {
  const lower = begun.toLowerCase()
  return words.filter((word) => word.startsWith(lower)).map((word) => ({ text: word, hint: statusHints[word] ?? '' }))
}

/** Those that begin with it first: `te` offers `test` before `latest`. */
function containing(names: readonly string[], begun: string): Suggestion[] {
  const lower = begun.toLowerCase()
  const found = [...new Set(names)].filter((name) => name !== '' && name.toLowerCase().includes(lower))
  const isPrefixed = (name: string) => name.toLowerCase().startsWith(lower)
  const sorted = [...found.filter(isPrefixed), ...found.filter((name) => !isPrefixed(name))]
  return sorted.slice(0, MOST).map((name) => ({ text: formatName(name), hint: '' }))
}

/** The start of the term under the cursor: behind the last space that is in no quotes. */
function tokenStart(text: string, cursor: number): number {
  let start = 0
  let isQuoted = false
  for (let i = 0; i < cursor; i++) {
    const char = text[i] ?? ''
    if (isQuoted && char === '\\') i++
    else if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && /\s/.test(char)) start = i + 1
  }
  return Math.min(start, cursor)
}

function lastComma(values: string): number {
  let last = -1
  let isQuoted = false
  for (let i = 0; i < values.length; i++) {
    if (isQuoted && values[i] === '\\') i++
    else if (values[i] === '"') isQuoted = !isQuoted
    else if (values[i] === ',' && !isQuoted) last = i
  }
  return last
}

function valueEnd(text: string, at: number): number {
  const end = wordEnd(text, at)
  const comma = text.slice(at, end).indexOf(',')
  return comma === -1 ? end : at + comma
}
