import fc from 'fast-check'
import { expect, it } from 'vitest'
import { plainLines, plainText } from '#domain/ansi/plainText.ts'

it('shows many lines at once as one by one', () => {
  const part = fc.constantFrom(
    '\x1b',
    '[',
    '31',
    ';',
    'm',
    '\x1b[0m',
    '\x1b[1;31m',
    ']8;;u',
    '\x07',
    '\\',
    '\r',
    'a',
    '✓',
    '\x9b',
    'K',
  )
  const line = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      expect(plainLines(lines.join('\n'))).toBe(lines.map(plainText).join('\n'))
    }),
    { numRuns: 20_000 },
  )
})
