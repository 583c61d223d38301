import { formatCount, formatDuration } from '#domain/search/amounts.ts'
import type { Condition, Query } from '#domain/search/query.ts'
import { quote } from '#domain/search/readQuoted.ts'

/** Begins with nothing that has a meaning, and holds neither space nor colon. */
const plainWord = /^[^\s"'/:-][^\s":]*$/
/** `step::a` would be a text like `std::vector`, `step://a` one like `https://`. */
const plainName = /^[^\s",:/][^\s",]*$/

/** The query as a filter text: read again, it is the same query. */
export function formatQuery(query: Query): string {
  return query.terms.map((term) => `${term.negated ? '-' : ''}${formatCondition(term)}`).join(' ')
}

export function formatName(name: string): string {
  return plainName.test(name) ? name : quote(name)
}

function formatCondition(condition: Condition): string {
  switch (condition.field) {
    case 'text':
      return plainWord.test(condition.text) ? condition.text : quote(condition.text)
    case 'regex':
      return `/${condition.source}/${condition.flags}`
    case 'dur':
      return `dur:${condition.compare}${formatDuration(condition.ms)}`
    case 'tokens':
      return `tokens:${condition.compare}${formatCount(condition.count)}`
    case 'seq':
      return `seq:${formatRange(condition)}`
    default:
      return `${condition.field}:${condition.values.map(formatName).join(',')}`
  }
}

function formatRange({ from, to }: { from: number | null; to: number | null }): string {
  return from !== null && from === to ? String(from) : `${from ?? ''}..${to ?? ''}`
}
