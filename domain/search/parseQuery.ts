import { type Query, queryCharacters, type Term } from '#domain/search/query.ts'
import { type QueryError, type Reading, readTerm } from '#domain/search/readTerm.ts'

export type ParsedQuery =
  | { query: Query; errors: null }
  | { query: null; errors: readonly [QueryError, ...QueryError[]] }

/**
 * Reads a filter, docs/search.md. Total: any text gives a query or errors, each with its place in the text and what was
 * expected there. An empty text is the filter that lets everything through.
 */
export function parseQuery(text: string): ParsedQuery {
  const errors: QueryError[] = []
  const terms: Term[] = []
  if (text.length > queryCharacters) {
    const message = `The filter has ${text.length} characters; it may have ${queryCharacters}.`
    return { query: null, errors: [{ from: queryCharacters, to: text.length, message, expected: [] }] }
  }
  for (let at = skipSpace(text, 0); at < text.length; at = skipSpace(text, at)) {
    const reading: Reading<Term> = readTerm(text, at)
    if ('error' in reading) errors.push(reading.error)
    else terms.push(reading.value)
    // At least one further: a reading that takes nothing must not hold the loop for ever.
    at = Math.max(reading.end, at + 1)
  }
  const [first, ...more] = errors
  return first ? { query: null, errors: [first, ...more] } : { query: { terms }, errors: null }
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && /\s/.test(text[at] ?? '')) at++
  return at
}
