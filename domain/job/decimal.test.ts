import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDecimals } from '#domain/job/decimal.ts'

/** What ai.tokens_used allows as an amount. */
const amount = fc.stringMatching(/^\d{1,15}(\.\d{1,15})?$/)

/** In units of 10^-15, where every such amount is whole. */
function scaled(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole) * 10n ** 15n + BigInt(fraction.padEnd(15, '0'))
}

test('adds exactly', () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      const sum = addDecimals(a, b)
      expect(sum).toMatch(/^(0|[1-9]\d*)(\.\d+)?$/)
      expect(scaled(sum)).toBe(scaled(a) + scaled(b))
    }),
  )
})

test.each([
  ['0.1', '0.2', '0.3'],
  ['0', '0.10', '0.10'],
  ['0.95', '0.05', '1.00'],
  ['007', '1', '8'],
  ['999999999999999', '0.000000000000001', '999999999999999.000000000000001'],
])('%s and %s are %s', (a, b, sum) => {
  expect(addDecimals(a, b)).toBe(sum)
  expect(addDecimals(b, a)).toBe(sum)
})
