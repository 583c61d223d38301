import { expect, test } from 'vitest'
import { formatReport } from '#chaos/formatReport.ts'

const row = { faults: 2, acknowledged: 1234, lost: 0, duplicated: 0, outOfOrder: 0, holes: 0 }

test('prints a table that a page of documentation can take as it is', () => {
  const rows = [
    { kind: 'F1', ...row, slowestRepair: 1480 },
    { kind: 'all', ...row, slowestRepair: null },
  ]
  const text = formatReport({ rows, findings: [], events: 1300, jobs: 7, delivered: 4100 }, 5)
  expect(text.split('\n')).toEqual([
    '| fault | faults | acknowledged | lost | duplicated | out of order | holes | slowest repair | seed |',
    '| ----: | -----: | -----------: | ---: | ---------: | -----------: | ----: | -------------: | ---: |',
    '|    F1 |      2 |        1,234 |    0 |          0 |            0 |     0 |         1.48 s |    5 |',
    '|   all |      2 |        1,234 |    0 |          0 |            0 |     0 |              - |    5 |',
    '',
    '1,300 events of 7 jobs in the journal, 4,100 delivered to followers',
    'every invariant holds',
  ])
})

test('shows five findings of each invariant and how many there are', () => {
  const findings = Array.from({ length: 7 }, (_, index) => ({
    invariant: 'I5' as const,
    count: 'holes' as const,
    what: `hole ${index}`,
    where: 'a follower',
    at: null,
  }))
  const text = formatReport({ rows: [], findings, events: 0, jobs: 0, delivered: 0 }, 5)
  expect(text).toContain('I5 is broken 7 times')
  expect(text.match(/a follower: hole/g)).toHaveLength(5)
})
