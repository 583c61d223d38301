import { expect, test } from 'vitest'
import { OutputIndex } from '#components/timeline/data/outputIndex.ts'
import { outputScope } from '#components/timeline/layout/outputScope.ts'

function indexOf(...texts: [scope: string, text: string][]): OutputIndex {
  const index = new OutputIndex()
  texts.forEach(([scope, text], n) => {
    index.append({ seq: n + 1, scope, stream: 'stdout', text })
  })
  return index
}

test('shows every line of the job', () => {
  const scope = outputScope(indexOf(['a', '1\n2'], ['b', '3']), null)
  expect([scope.count, scope.lineOf(2), scope.rowOf(1), scope.rowOf(99)]).toEqual([3, 2, 1, 2])
})

test('shows the lines of one step, and the next of them for a line of another', () => {
  const scope = outputScope(indexOf(['a', '1'], ['b', '2'], ['a', '3'], ['b', '4']), 'b')
  expect([scope.count, scope.lineOf(0), scope.lineOf(1)]).toEqual([2, 1, 3])
  expect([scope.rowOf(0), scope.rowOf(1), scope.rowOf(2), scope.rowOf(3)]).toEqual([0, 0, 1, 1])
})

test('shows nothing for a step without output', () => {
  expect(outputScope(indexOf(['a', '1']), 'z')).toMatchObject({ count: 0 })
  expect(outputScope(indexOf(), null).rowOf(0)).toBeNull()
})
