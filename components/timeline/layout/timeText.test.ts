import { expect, test } from 'vitest'
import { formatAfter, readTimeFormat, type TimeFormat, timeText } from '#components/timeline/layout/timeText.ts'

const origin = new Date(2026, 10, 20, 9, 30).getTime()

test('tells the time of a line since the start, by the clock, or since the line before', () => {
  const line = { at: origin + 61_250, before: origin + 61_000, origin }
  expect(timeText('offset', line)).toBe('+1:01.3')
  expect(timeText('clock', line)).toBe('09:31:01.250')
  expect(timeText('delta', line)).toBe('+250 ms')
  expect(timeText('delta', { ...line, before: line.at })).toBe('·')
})

test('says nothing of a line before that is not here', () => {
  expect(timeText('delta', { at: origin, before: null, origin })).toBe('')
})

test('goes through all formats and round', () => {
  const seen: TimeFormat[] = ['offset']
  for (let n = 0; n < 3; n++) seen.push(formatAfter(seen.at(-1) ?? 'offset'))
  expect(seen).toEqual(['offset', 'clock', 'delta', 'offset'])
})

test('reads what was kept, and takes anything else for the first', () => {
  expect(['clock', 'delta', null, 'x'].map(readTimeFormat)).toEqual(['clock', 'delta', 'offset', 'offset'])
})
