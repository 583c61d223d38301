import { expect, test } from 'vitest'
import { momentOf, readGoTo } from '#components/timeline/layout/goTo.ts'

test.each([
  ['1000000', { to: 'line', line: 1_000_000 }],
  [':1000000', { to: 'line', line: 1_000_000 }],
  [' 1,000,000 ', { to: 'line', line: 1_000_000 }],
  ['#1000003', { to: 'seq', seq: 1_000_003 }],
  ['#1,000,003', { to: 'seq', seq: 1_000_003 }],
  ['12:03:11', { to: 'clock', ms: 43_391_000 }],
  ['9:05', { to: 'clock', ms: 32_700_000 }],
  ['12:03:11.25', { to: 'clock', ms: 43_391_250 }],
  ['+4m', { to: 'offset', ms: 240_000 }],
  ['+1h 2m 3.5s', { to: 'offset', ms: 3_723_500 }],
  ['+90', { to: 'offset', ms: 90_000 }],
  ['+250ms', { to: 'offset', ms: 250 }],
  ['test/e2e', { to: 'step', name: 'test/e2e' }],
  ['3 tests', { to: 'step', name: '3 tests' }],
  ['25:00', { to: 'step', name: '25:00' }],
])('reads %s', (text, expected) => {
  expect(readGoTo(text)).toEqual(expected)
})

test.each(['', '  ', '#', '#x', '+', '+4 parsecs', '#99999999999999999999'])('says why “%s” leads nowhere', (text) => {
  expect(readGoTo(text)).toMatchObject({ to: 'nowhere', reason: expect.stringMatching(/\.$/) })
})

test('takes a time of day for the next one after the job was created', () => {
  const created = new Date(2026, 10, 22, 23, 50, 0).getTime()
  const clockMs = (hours: number, minutes: number) => (hours * 60 + minutes) * 60_000
  expect(momentOf(clockMs(23, 55), created) - created).toBe(5 * 60_000)
  expect(momentOf(clockMs(0, 10), created) - created).toBe(20 * 60_000)
})
