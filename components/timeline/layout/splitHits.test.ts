import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitHits } from '#components/timeline/layout/splitHits.ts'
import type { Range } from '#domain/search/matchLine.ts'

test('cuts a text at every hit', () => {
  expect(
    splitHits('an Error, an error', 0, [
      [3, 8],
      [13, 18],
    ]).filter((part) => part.isHit),
  ).toEqual([
    { text: 'Error', isHit: true, from: 3 },
    { text: 'error', isHit: true, from: 13 },
  ])
})

test('finds its part of a hit that reaches over several pieces', () => {
  expect(splitHits('lo wor', 3, [[0, 6]])).toEqual([
    { text: 'lo ', isHit: true, from: 0 },
    { text: 'wor', isHit: false, from: 3 },
  ])
})

test('loses and invents no character', () => {
  const range = fc.tuple(fc.nat(12), fc.nat(12)).map(([from, size]): Range => [from, from + size])
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.nat(5), fc.array(range, { maxLength: 4 }), (text, at, ranges) => {
      const sorted = ranges.sort((a, b) => a[0] - b[0])
      const parts = splitHits(text, at, sorted)
      expect(parts.map((part) => part.text).join('')).toBe(text)
      for (const part of parts) expect(text.slice(part.from, part.from + part.text.length)).toBe(part.text)
    }),
  )
})
