import { expect, test } from 'vitest'
import { ServerClock } from '#components/clock/serverClock.ts'

const at = Date.parse('2026-11-22T10:00:00Z')
const dateHeader = (ms: number) => new Date(ms).toUTCString()

test.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('tells the time of the server to a browser whose clock is an hour %s', (_, skew) => {
  const clock = new ServerClock()
  clock.hear(dateHeader(at), at + skew)
  expect(clock.at(at + skew + 5_000)).toBe(at + 5_000)
})

test('takes what the header rounds off and the travel for no difference', () => {
  const clock = new ServerClock()
  clock.hear(dateHeader(at + 999), at + 1_600)
  expect(clock.at(at + 1_600)).toBe(at + 1_600)
})

test('believes this machine while no answer told the time', () => {
  const clock = new ServerClock()
  clock.hear(null, at)
  expect(clock.at(at)).toBe(at)
})
