import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeRegex, nameMatcher } from '#domain/search/smartCase.ts'

it('matches names as an expression with .* for each star does', () => {
  const letters = fc.constantFrom('a', 'b', 'A', '.', '\n')
  const pattern = fc.string({ unit: fc.oneof(letters, fc.constant('*')), minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(pattern, fc.string({ unit: letters, maxLength: 8 }), (text, name) => {
      const source = text.split('*').map(escapeRegex).join('.*')
      const expected = new RegExp(`^${source}$`, /[A-Z]/.test(text) ? 's' : 'is').test(name)
      expect(nameMatcher(text)(name)).toBe(expected)
    }),
    { numRuns: 3000 },
  )
})

it('gives up on a name as soon as a piece is missing, however many stars there are', () => {
  expect(nameMatcher(`${'*a'.repeat(30)}*b`)('a'.repeat(500))).toBe(false)
})
