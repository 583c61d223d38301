import type { ModelCall } from '#components/timeline/ai/aiItems.ts'
import type { Change } from '#components/timeline/ai/changes.ts'
import { addTokens, noTokens, type TokenParts } from '#components/timeline/ai/tokenParts.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'
import { addDecimals } from '#domain/job/decimal.ts'

/**
 * A stretch of a session that led nowhere, or somewhere only at the second try.
 *
 * retry: from a call that failed through the first later call of the same tool with the same arguments that went well.
 * dead end: from the first through the last of several failed calls of the same tool with the same arguments, none of
 * which went well later; or calls that failed one after the other, whatever they were.
 * undone: from a change through the call that put its new text back to the old one.
 *
 * What the calls did outside of what was recorded is not known: a shell that reverts a file undoes nothing here.
 */
export type Phase = {
  kind: 'retry' | 'dead end' | 'undone'
  /** its first and its last call */
  first: ToolCall
  last: ToolCall
  /** calls of the same tool with the same arguments; 0 if they were various */
  tries: number
  failed: number
  cost: PhaseCost
}

/** What a stretch took, from the beginning of its first call to the end of its last, model calls between them included. */
export type PhaseCost = { ms: number; tokens: TokenParts; money: Record<string, string> }

/** What happens in a session, in its order. `identity` and `change` are null for what is not known whole. */
export type Happening =
  | { kind: 'tool'; call: ToolCall; identity: string | null; change: Change | null }
  | { kind: 'call'; call: ModelCall }
  | { kind: 'artifact' | 'wait' }

/** A phase and the happenings that it covers, by index, both ends included. */
export type Span = { from: number; to: number; phase: Phase }

/** So many failed calls in a row are a dead end, whatever they were. */
export const fewestInARow = 3

/** The phases of a session. They do not overlap: of two that do, the one that begins first stays, or else the longer. */
export function findPhases(happenings: readonly Happening[]): Span[] {
  const found = [...retries(happenings), ...failuresInARow(happenings), ...undone(happenings)]
  found.sort((a, b) => a.from - b.from || b.to - a.to)
  const spans: Span[] = []
  for (const { from, to, kind, tries } of found) {
    if (from <= (spans.at(-1)?.to ?? -1)) continue
    const phase = phaseOf(happenings.slice(from, to + 1), { kind, tries })
    if (phase) spans.push({ from, to, phase })
  }
  return spans
}

type Found = { from: number; to: number; kind: Phase['kind']; tries: number }

function retries(happenings: readonly Happening[]): Found[] {
  const failing = new Map<string, number[]>()
  const found: Found[] = []
  happenings.forEach((one, at) => {
    if (one.kind !== 'tool' || one.identity === null) return
    const failures = failing.get(one.identity) ?? []
    if (one.call.error !== null) {
      failures.push(at)
      failing.set(one.identity, failures)
      return
    }
    failing.delete(one.identity)
    const [from] = failures
    if (from !== undefined) found.push({ kind: 'retry', from, to: at, tries: failures.length + 1 })
  })
  for (const failures of failing.values()) {
    const [from = 0] = failures
    const to = failures.at(-1) ?? 0
    if (failures.length > 1) found.push({ kind: 'dead end', from, to, tries: failures.length })
  }
  return found
}

function failuresInARow(happenings: readonly Happening[]): Found[] {
  const found: Found[] = []
  let row: number[] = []
  const close = () => {
    const [from = 0] = row
    const to = row.at(-1) ?? 0
    if (row.length >= fewestInARow) found.push({ kind: 'dead end', from, to, tries: 0 })
    row = []
  }
  happenings.forEach((one, at) => {
    if (one.kind !== 'tool') return
    if (one.call.error === null) close()
    else row.push(at)
  })
  close()
  return found
}

function undone(happenings: readonly Happening[]): Found[] {
  const changes = new Map<string, number>()
  const found: Found[] = []
  happenings.forEach((one, at) => {
    if (one.kind !== 'tool' || one.change === null || one.call.error !== null) return
    const { where, old, new: made } = one.change
    const from = changes.get(JSON.stringify([where, made, old]))
    if (from !== undefined) found.push({ kind: 'undone', from, to: at, tries: 0 })
    changes.set(JSON.stringify([where, old, made]), at)
  })
  return found
}

function phaseOf(covered: readonly Happening[], { kind, tries }: Pick<Phase, 'kind' | 'tries'>): Phase | null {
  const calls = covered.flatMap((one) => (one.kind === 'tool' ? [one.call] : []))
  const [first] = calls
  const last = calls.at(-1)
  if (!first || !last) return null
  const cost: PhaseCost = { ms: Math.max(0, last.to - first.from), tokens: noTokens, money: {} }
  for (const one of covered) if (one.kind === 'call') addCall(cost, one.call)
  return { kind, first, last, tries, failed: calls.filter((call) => call.error !== null).length, cost }
}

function addCall(cost: PhaseCost, { tokens, cost: price }: ModelCall): void {
  cost.tokens = addTokens(cost.tokens, tokens)
  if (price) cost.money[price.currency] = addDecimals(cost.money[price.currency] ?? '0', price.amount)
}

export function addCosts(a: PhaseCost, b: PhaseCost): PhaseCost {
  const money = { ...a.money }
  for (const [currency, amount] of Object.entries(b.money))
    money[currency] = addDecimals(money[currency] ?? '0', amount)
  return { ms: a.ms + b.ms, tokens: addTokens(a.tokens, b.tokens), money }
}
