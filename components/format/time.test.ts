import { expect, test } from 'vitest'
import { formatAge, formatDuration, formatOffset, speakDuration } from '#components/format/time.ts'

test.each([
  [-5, '0 ms'],
  [0, '0 ms'],
  [420, '420 ms'],
  [4_249, '4.2s'],
  [59_940, '59s'],
  [59_960, '1m 00s'],
  [724_000, '12m 04s'],
  [11_220_000, '3h 07m'],
  [190_800_000, '2d 05h'],
])('writes a duration of %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, '+0.0s'],
  [58_249, '+58.2s'],
  [59_990, '+1:00.0'],
  [242_300, '+4:02.3'],
  [3_842_000, '+1:04:02'],
  [-1_500, '−1.5s'],
])('writes a moment %i ms after the start as %s', (ms, text) => {
  expect(formatOffset(ms)).toBe(text)
})

test('says how long ago coarsely', () => {
  expect([0, 42_000, 300_000, 10_800_000, 1_040_000_000].map(formatAge)).toEqual([
    'now',
    '42s ago',
    '5m ago',
    '3h ago',
    '12d ago',
  ])
})

test('speaks durations in words with the right number', () => {
  expect(speakDuration(61_000)).toBe('1 minute 1 second')
  expect(speakDuration(724_000)).toBe('12 minutes 4 seconds')
})
