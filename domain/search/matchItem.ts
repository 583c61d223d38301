import type { Comparison, Condition, ItemStatus, Query, SearchKind, SearchStatus } from '#domain/search/query.ts'
import { nameMatcher } from '#domain/search/smartCase.ts'

/** What a filter can ask of a thing besides its text: a row of the outline, or the source of output lines. */
export type Item = {
  /** all that apply: a tool call is `ai` and `tool`, a line of stderr `output` and `stderr` */
  kinds: readonly SearchKind[]
  /** names of the step it belongs to and of those around that, as `stepLabels` gives them; a step belongs to itself */
  steps: readonly string[]
  status: ItemStatus | null
  /** up to now while it goes on; null for what takes no time */
  durationMs: number | null
  /** input and output together */
  tokens: number | null
  tool: string | null
  /** id and name */
  gate: readonly string[]
}

const wentWrong: readonly ItemStatus[] = ['failure', 'error', 'timeout', 'failed']
const wentWell: readonly ItemStatus[] = ['success', 'passed']
const groups: Partial<Record<SearchStatus, readonly ItemStatus[]>> = { failed: wentWrong, passed: wentWell }

/**
 * A query's demands on everything but texts and seqs. What a thing does not have, it does not match: `tool:bash` finds no
 * line of output, `-tool:bash` all of them.
 */
export function compileItemMatcher(query: Query): (item: Item) => boolean {
  const tests = query.terms.map((term) => {
    const test = testOf(term)
    return test && ((item: Item) => test(item) !== term.negated)
  })
  return (item) => tests.every((test) => test === null || test(item))
}

/** A query's demands on seqs, for a thing that lasts from one to another: they must share one. */
export function compileSeqMatcher(query: Query): (first: number, last: number) => boolean {
  const ranges = query.terms.filter((term) => term.field === 'seq')
  return (first, last) =>
    ranges.every(({ from, to, negated }) => (first <= (to ?? last) && last >= (from ?? first)) !== negated)
}

function testOf(condition: Condition): ((item: Item) => boolean) | null {
  switch (condition.field) {
    case 'step': {
      const isNamed = anyName(condition.values)
      return ({ steps }) => steps.some(isNamed)
    }
    case 'tool': {
      const isNamed = anyName(condition.values)
      return ({ tool }) => tool !== null && isNamed(tool)
    }
    case 'gate': {
      const isNamed = anyName(condition.values)
      return ({ gate }) => gate.some(isNamed)
    }
    case 'kind':
      return ({ kinds }) => condition.values.some((kind) => kinds.includes(kind))
    case 'status': {
      const accepted = new Set(condition.values.flatMap((status) => groups[status] ?? [status]))
      return ({ status }) => status !== null && accepted.has(status)
    }
    case 'dur':
      return ({ durationMs }) => durationMs !== null && compares(durationMs, condition.compare, condition.ms)
    case 'tokens':
      return ({ tokens }) => tokens !== null && compares(tokens, condition.compare, condition.count)
    case 'seq':
    case 'text':
    case 'regex':
      return null
  }
}

function anyName(values: readonly string[]): (name: string) => boolean {
  const matchers = values.map(nameMatcher)
  return (name) => matchers.some((matches) => matches(name))
}

function compares(value: number, compare: Comparison, limit: number): boolean {
  switch (compare) {
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '<':
      return value < limit
    case '<=':
      return value <= limit
  }
}
