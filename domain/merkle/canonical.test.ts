import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import { arbitraryJson } from '#testing/arbitraryJson.ts'

test('prints what the reference implementation of RFC 8785 prints', () => {
  fc.assert(
    fc.property(arbitraryJson(), (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value))
    }),
    { numRuns: 2000 },
  )
})

test('prints the same whatever the order of the keys', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), fc.nat()), { selector: ([key]) => key }),
      (rows) => {
        const entries = rows.filter(([key]) => key !== '__proto__')
        expect(canonicalJson(Object.fromEntries(entries.toReversed()))).toBe(canonicalJson(Object.fromEntries(entries)))
      },
    ),
  )
})

test('is JSON that parses to the same value and prints the same again', () => {
  fc.assert(
    fc.property(arbitraryJson(), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
})

test('sorts keys by UTF-16 code units (RFC 8785 §3.2.3)', () => {
  const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6']
  const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33']
  expect(Object.keys(JSON.parse(canonicalJson(Object.fromEntries(keys.map((key) => [key, 'x'])))))).toEqual([
    '1',
    ...sorted.filter((key) => key !== '1'),
  ])
  expect(canonicalJson({ '\ufb33': 2, '\ud83d\ude00': 1 })).toBe('{"\ud83d\ude00":1,"\ufb33":2}')
})

test('prints numbers as ECMAScript does (RFC 8785 §3.2.2.3)', () => {
  const numbers = JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]')
  expect(canonicalJson(numbers)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27]')
})

test('leaves out members that are not there', () => {
  expect(canonicalJson({ b: undefined, a: { c: undefined } })).toBe('{"a":{}}')
})
