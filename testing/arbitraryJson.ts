import fc from 'fast-check'
import type { Json } from '#domain/events/fields.ts'

/** Strings and keys that need escapes, and characters that mean something to a scanner of JSON. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }).map(keepable),
  fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ':', ',', '"', '\\', '0', '-', '\n', 'é', '😀') }),
)

const key = text.filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name))

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => value + 0)

/** Any JSON that Waybill keeps as it is: well-formed, no NUL, no -0, at most `depth` levels. */
export function arbitraryJson(depth = 4): fc.Arbitrary<Json> {
  const leaf: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null))
  if (depth === 0) return leaf
  const inner = arbitraryJson(depth - 1)
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(inner, { maxLength: 5 }) },
    { weight: 2, arbitrary: fc.dictionary(key, inner, { maxKeys: 5, noNullPrototype: true }) },
  )
}

function keepable(value: string): string {
  return value.toWellFormed().replaceAll('\0', '')
}
