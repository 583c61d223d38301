import { type Condition, isSearchField, searchFields, type Term } from '#domain/search/query.ts'
import { readCondition } from '#domain/search/readCondition.ts'
import { readQuoted, wordEnd } from '#domain/search/readQuoted.ts'
import { readRegex } from '#domain/search/readRegex.ts'

/** Where a filter cannot be understood: characters `from` up to `to` of its text. */
export type QueryError = {
  from: number
  to: number
  /** what is wrong and how to write it */
  message: string
  /** what could stand there, if that can be listed */
  expected: readonly string[]
}

/** `end`: where reading goes on, after an error too. */
export type Reading<T> = { value: T; end: number } | { error: QueryError; end: number }

/** A name and a colon, as in `step:build`; not as in `https://` or `std::vector`. */
const fieldName = /^([a-z]+):(?!:|\/\/)/i

/** Reads the term that begins at `at`, which is no space. */
export function readTerm(text: string, at: number): Reading<Term> {
  const negated = text[at] === '-' && !text.startsWith('--', at)
  const from = negated ? at + 1 : at
  if (negated && wordEnd(text, from) === from) {
    const message = 'A "-" leaves out what follows it: write -kind:stderr or -"text", without a space.'
    return { error: { from: at, to: from, message, expected: ['a term'] }, end: from }
  }
  const reading = readPositive(text, from)
  return 'error' in reading ? reading : { value: { ...reading.value, negated }, end: reading.end }
}

function readPositive(text: string, at: number): Reading<Condition> {
  const first = text[at]
  if (first === '/') return readRegex(text, at)
  if (first === '"') {
    const quoted = readQuoted(text, at)
    if ('error' in quoted) return quoted
    const end = wordEnd(text, quoted.end)
    if (end === quoted.end) return { value: { field: 'text', text: quoted.value }, end }
    const message = 'A space belongs after the closing quote; a quote inside quotes is written \\".'
    return { error: { from: quoted.end, to: end, message, expected: ['a space'] }, end }
  }
  const end = wordEnd(text, at)
  const [whole, name] = fieldName.exec(text.slice(at, end)) ?? []
  if (whole === undefined || name === undefined) return { value: { field: 'text', text: text.slice(at, end) }, end }
  const field = name.toLowerCase()
  if (isSearchField(field)) return readCondition(text, at + whole.length, field)
  const expected = Object.keys(searchFields).map((known) => `${known}:`)
  const message = `There is no field "${name}:"; there are ${expected.join(' ')}. To find the text itself, put it in quotes.`
  return { error: { from: at, to: at + whole.length, message, expected }, end }
}
