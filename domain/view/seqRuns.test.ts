import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addToRuns, joinRuns, pairsOf, takeRuns } from '#domain/view/seqRuns.ts'

const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((list) => list.sort((a, b) => a - b))

function runsOf(list: readonly number[]): number[] {
  const runs: number[] = []
  for (const seq of list) addToRuns(runs, seq)
  return runs
}

function seqsIn(runs: readonly number[]): number[] {
  return [...pairsOf(runs)].flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
}

test('hold what was added, neighbours as one run', () => {
  expect(runsOf([1, 2, 3, 7, 9, 10])).toEqual([1, 3, 7, 7, 9, 10])
  fc.assert(
    fc.property(seqs, (list) => {
      expect(seqsIn(runsOf(list))).toEqual(list)
    }),
  )
})

test('joined, hold what either holds', () => {
  fc.assert(
    fc.property(seqs, seqs, (a, b) => {
      const both = [...new Set([...a, ...b])].sort((x, y) => x - y)
      expect(joinRuns(runsOf(a), runsOf(b))).toEqual(runsOf(both))
    }),
  )
})

test('give out the first so many after a seq', () => {
  fc.assert(
    fc.property(seqs, fc.nat({ max: 60 }), fc.integer({ min: 1, max: 20 }), (list, after, most) => {
      expect(seqsIn(takeRuns(runsOf(list), after, most))).toEqual(list.filter((seq) => seq > after).slice(0, most))
    }),
  )
})
