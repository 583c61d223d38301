import { allFaults } from '#chaos/faults/allFaults.ts'
import type { Fault, FaultKind } from '#chaos/faults/fault.ts'
import type { Random } from '#chaos/random.ts'

export type PlannedFault = {
  index: number
  fault: Fault
  /** the fault's own decisions */
  random: Random
  /** milliseconds of peace before it */
  restMs: number
}

export type PlanOptions = { random: Random; kinds: readonly FaultKind[]; servers: number }

/**
 * The faults of a run, without end: a function of the seed alone, whatever the machine makes of it. Kinds come in rounds,
 * each once a round, so that a run of any length has about as many of each; so do the faults of a kind.
 */
export function* planFaults({ random, kinds, servers }: PlanOptions): Generator<PlannedFault, never> {
  const possible = allFaults.filter((fault) => (fault.servers ?? 1) <= servers)
  const decks = new Map<FaultKind, Fault[]>()
  const usable = kinds.filter((kind) => possible.some((fault) => fault.kind === kind))
  if (usable.length === 0) throw new Error(`No fault of ${kinds.join(', ')} can be had with ${servers} servers`)
  for (let index = 0; ; ) {
    for (const kind of random.shuffle(usable)) {
      const deck = decks.get(kind) ?? []
      if (deck.length === 0) deck.push(...random.shuffle(possible.filter((fault) => fault.kind === kind)))
      decks.set(kind, deck)
      const fault = deck.pop()
      if (fault === undefined) continue
      yield { index, fault, random: random.fork(`fault ${index}`), restMs: random.int(100, 700) }
      index++
    }
  }
}
