import { compileLineMatcher, type Range } from '#domain/search/matchLine.ts'
import type { Hit } from '#domain/search/messages.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'

/** What to mark in a line, counted from 0, whose visible text is given. The same list for all lines without a mark. */
export type Highlights = (line: number, text: string) => readonly Range[]

const none: readonly Range[] = []

/**
 * Marks for what a filter asks for. Regular expressions are not tried here: one that takes for ever would stop the page.
 * Where the server has found something, it has said where.
 */
export function highlightsOf(query: string, hits: ReadonlyMap<number, Hit>): Highlights {
  const parsed = query === '' ? null : parseQuery(query).query
  const terms = parsed?.terms.filter((term) => term.field === 'text') ?? []
  if (terms.length === 0 && hits.size === 0) return () => none
  const matcher = compileLineMatcher({ terms })
  // what else is asked for, the line's text does not tell: marks there would be of lines that were not found
  const isText = parsed?.terms.every((term) => term.field === 'text') ?? false
  return (line, text) => {
    const hit = hits.get(line)
    if (hit) return hit.ranges
    if (!isText || !matcher.matches(text)) return none
    const ranges = matcher.ranges(text)
    return ranges.length === 0 ? none : ranges
  }
}
