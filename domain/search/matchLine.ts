import type { Query, Term } from '#domain/search/query.ts'
import { escapeRegex, isCaseSensitive } from '#domain/search/smartCase.ts'

/** Where in a line something was found: characters (UTF-16 units, as in JavaScript) from..to of its visible text. */
export type Range = readonly [from: number, to: number]

export type LineMatcher = {
  /** false: the query says nothing about texts, every line matches */
  isSelective: boolean
  /** Whether the line holds every text that is asked for and none that is left out. */
  matches(line: string): boolean
  /** Visits each line that matches, of lines with newlines between them. @param visit index from 0 */
  eachMatch(lines: string, visit: (index: number, line: string) => void): void
  /** What to highlight in a line that matches: ascending, apart from each other, of each text the first hundred. */
  ranges(line: string): Range[]
}

/**
 * The texts and regular expressions of a query, ready to be tried on lines without their newline, as `plainText` gives them.
 * A text is found whatever its case unless it has capitals; a regular expression says itself what it ignores.
 */
export function compileLineMatcher(query: Query): LineMatcher {
  const wanted: RegExp[] = []
  const unwanted: RegExp[] = []
  for (const term of query.terms) {
    const expression = expressionOf(term)
    if (expression) (term.negated ? unwanted : wanted).push(expression)
  }
  const matches = (line: string) => {
    for (const expression of wanted) if (!occurs(expression, line)) return false
    for (const expression of unwanted) if (occurs(expression, line)) return false
    return true
  }
  const anchor = anchorOf(query)
  return {
    isSelective: wanted.length + unwanted.length > 0,
    matches,
    eachMatch: (lines, visit) => {
      if (anchor) return eachLineWith(anchor, lines, (index, line) => matches(line) && visit(index, line))
      for (const [index, line] of lines.split('\n').entries()) if (matches(line)) visit(index, line)
    },
    ranges: (line) => merge(wanted.flatMap((expression) => rangesOf(expression, line))),
  }
}

/** A text that every match holds: looked for in all lines at once, which is several times as fast as in each. */
function anchorOf(query: Query): RegExp | null {
  // A regular expression, or a text with a newline, could reach across lines.
  const term = query.terms.find((term) => term.field === 'text' && !term.negated && !term.text.includes('\n'))
  return term ? expressionOf(term) : null
}

function eachLineWith(anchor: RegExp, lines: string, visit: (index: number, line: string) => void): void {
  let index = 0
  let start = 0
  anchor.lastIndex = 0
  while (anchor.test(lines)) {
    const last = anchor.lastIndex - 1
    let end = lines.indexOf('\n', start)
    while (end !== -1 && end < last) {
      index++
      start = end + 1
      end = lines.indexOf('\n', start)
    }
    if (end === -1) end = lines.length
    visit(index, lines.slice(start, end))
    anchor.lastIndex = end
  }
}

function expressionOf(term: Term): RegExp | null {
  if (term.field === 'regex') return new RegExp(term.source, `g${term.flags}`)
  if (term.field !== 'text') return null
  return new RegExp(escapeRegex(term.text), isCaseSensitive(term.text) ? 'gu' : 'giu')
}

function occurs(expression: RegExp, line: string): boolean {
  // Global, so that the same one finds all ranges: it would go on from the line before.
  expression.lastIndex = 0
  return expression.test(line)
}

/** A line of 64 KiB may match at every character. */
const MOST_RANGES = 100

function rangesOf(expression: RegExp, line: string): Range[] {
  expression.lastIndex = 0
  const ranges: Range[] = []
  for (const { 0: found, index } of line.matchAll(expression)) {
    if (found !== '') ranges.push([index, index + found.length])
    if (ranges.length === MOST_RANGES) break
  }
  return ranges
}

function merge(ranges: Range[]): Range[] {
  const merged: Range[] = []
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)]
    else merged.push([from, to])
  }
  return merged
}
