import { expect, test } from 'vitest'
import { neighbourIn } from '#components/jobs/listTrail.ts'

test('leads to the neighbours of a job in the list that was shown, and not beyond its ends', () => {
  const ids = ['a', 'b', 'c']
  expect([neighbourIn(ids, 'b', 1), neighbourIn(ids, 'b', -1)]).toEqual(['c', 'a'])
  expect([neighbourIn(ids, 'c', 1), neighbourIn(ids, 'a', -1), neighbourIn(ids, 'x', 1)]).toEqual([null, null, null])
})

test('knows no neighbours in what is no list', () => {
  for (const kept of [null, {}, 'a', [1, 2], ['a', 5]]) expect(neighbourIn(kept, 'a', 1)).toBeNull()
})
