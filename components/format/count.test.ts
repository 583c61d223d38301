import { expect, test } from 'vitest'
import { countOf, formatBytes, formatCompact } from '#components/format/count.ts'

test('keeps small counts exact and shortens large ones', () => {
  expect([0, 9_999, 12_400, 1_234_567].map(formatCompact)).toEqual(['0', '9,999', '12.4K', '1.2M'])
})

test('names one thing in the singular and others in the plural', () => {
  expect(countOf(1, 'event')).toBe('1 event')
  expect(countOf(812_440, 'event')).toBe('812,440 events')
  expect(countOf(2, 'entry', 'entries')).toBe('2 entries')
})

test('writes bytes in decimal units', () => {
  expect([0, 999, 1_536, 48_213_004].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 KB', '48.2 MB'])
})
