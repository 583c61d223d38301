import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitHits } from '#components/timeline/layout/splitHits.ts'

test('cuts a text at every hit, whatever the case', () => {
  expect(splitHits('an Error, an error', 'ERROR').filter((part) => part.isHit)).toEqual([
    { text: 'Error', isHit: true, from: 3 },
    { text: 'error', isHit: true, from: 13 },
  ])
})

test('loses and invents no character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'İ', ' ') }),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 }),
      (text, query) => {
        expect(
          splitHits(text, query)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
      },
    ),
  )
})
