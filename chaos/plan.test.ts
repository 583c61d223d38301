import { describe, expect, it } from 'vitest'
import { allFaults } from '#chaos/faults/allFaults.ts'
import type { FaultKind } from '#chaos/faults/fault.ts'
import { planRollingRestarts } from '#chaos/faults/rollingRestart.ts'
import { planFaults } from '#chaos/plan.ts'
import { openRandom } from '#chaos/random.ts'

const kinds: FaultKind[] = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7']

/** The first faults of a seed, with the first of their own decisions. */
function schedule(seed: number, { count = 70, servers = 3 } = {}) {
  const plan = planFaults({ random: openRandom(String(seed)).fork('plan'), kinds, servers })
  return plan
    .take(count)
    .map(({ fault, random, restMs }) => ({ kind: fault.kind, name: fault.name, restMs, first: random.next() }))
    .toArray()
}

describe('planFaults', () => {
  it('plans the same faults for the same seed, down to their decisions', () => {
    expect(schedule(7)).toEqual(schedule(7))
    expect(schedule(7)).not.toEqual(schedule(8))
  })

  it('begins a long run as a short one of the same seed', () => {
    expect(schedule(7, { count: 600 }).slice(0, 70)).toEqual(schedule(7))
  })

  it('gives half an hour of every usual kind, and everything that they can do', () => {
    const long = schedule(7, { count: 500 })
    const counts = Object.groupBy(long, ({ kind }) => kind)
    for (const kind of kinds) expect(counts[kind]?.length).toBeGreaterThanOrEqual(30)
    const possible = allFaults.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
    expect(new Set(long.map(({ name }) => name))).toEqual(new Set(possible))
  })

  it('gives every kind its turn', () => {
    const counts = Object.groupBy(schedule(7), ({ kind }) => kind)
    expect(kinds.map((kind) => counts[kind]?.length)).toEqual(kinds.map(() => 10))
  })

  it('plans nothing that takes more servers than there are', () => {
    const alone = schedule(7, { servers: 1 })
    expect(alone.filter(({ kind }) => kind === 'F6')).toEqual([])
    expect(new Set(alone.filter(({ kind }) => kind === 'F5').map(({ name }) => name))).toEqual(
      new Set(['wake-ups invented']),
    )
  })
})

describe('planRollingRestarts', () => {
  it('restarts every server once a round, in an order that follows from the seed', () => {
    const names = (seed: string) => [...planRollingRestarts(20, 4, openRandom(seed))].map(({ fault }) => fault.name)
    const rounds = Array.from({ length: 20 }, (_, round) => names('7').slice(round * 4, round * 4 + 4))
    for (const [round, restarts] of rounds.entries()) {
      expect(restarts.toSorted()).toEqual([0, 1, 2, 3].map((at) => `round ${round + 1}: server ${at} restarted`))
    }
    expect(names('7')).toEqual(names('7'))
    expect(names('7')).not.toEqual(names('8'))
  })
})
