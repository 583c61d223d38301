import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import { parseStrictJson } from '#domain/events/strictJson.ts'
import { arbitraryJson } from '#testing/arbitraryJson.ts'

function refusal(text: string, maxDepth = 10): { code: string; path: unknown; message: string } {
  try {
    parseStrictJson(text, maxDepth)
  } catch (error) {
    if (isWaybillError(error)) return { code: error.code, path: error.details.path, message: error.message }
    throw error
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`)
}

describe('what JSON can hold', () => {
  test('parses every JSON text that JSON.stringify writes to the value that JSON.parse gives', () => {
    fc.assert(
      fc.property(arbitraryJson(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        expect(parseStrictJson(text, 10)).toEqual(JSON.parse(text))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    '"{\\"a\\":1,\\"a\\":[2}"',
    '{"a:b":"c:d","{":"}","[":"]"}',
    '"\\\\"',
    '"\\\\\\""',
    '{"\\"":"\\\\","\\\\":"\\""}',
    '"-0 1e400 9007199254740993"',
    '"\\u0001\\ud83d\\ude00"',
    ' \r\n\t[ ] ',
  ])('takes %s for a string where it is one', (text) => {
    expect(parseStrictJson(text, 1)).toEqual(JSON.parse(text))
  })

  test('keeps equal keys in different objects', () => {
    expect(parseStrictJson('[{"a":1},{"a":{"a":2}}]', 10)).toEqual([{ a: 1 }, { a: { a: 2 } }])
  })
})

describe('numbers', () => {
  test.each(['1.0', '1.50e1', '1E+2', '0', '0.0', '9007199254740991', '-9007199254740991', '1e21', '1e-7', '5e-324'])(
    'keeps %s, which means the same after a round trip',
    (token) => {
      expect(parseStrictJson(`{"n":${token}}`, 1)).toEqual({ n: Number(token) })
    },
  )

  test.each([
    '9007199254740993',
    '-9007199254740993',
    '1e400',
    '-1e400',
    '1e-400',
    '-0',
    '-0.0',
    '-0e5',
    '0.1234567890123456789',
    `1${'0'.repeat(1_000_000)}1`,
    `0.${'0'.repeat(1_000_000)}1`,
  ])('refuses %s, which would change', (token) => {
    const { code, message, path } = refusal(`[1,{"n":${token}}]`)
    expect({ code, path }).toEqual({ code: 'UNSAFE_NUMBER', path: '/1/n' })
    expect(message).toContain(`The number ${token.slice(0, 40)} would`)
  })

  test('keeps every double as ECMAScript prints it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = JSON.stringify(value)
        expect(parseStrictJson(text, 1)).toBe(JSON.parse(text))
      }),
    )
  })

  test('refuses exactly the integers that JSON.parse changes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (value) => {
        // ECMAScript prints large doubles as the shortest digits that lead back to them, which may be another integer.
        const survives = BigInt(JSON.stringify(Number(value))) === value
        if (survives) expect(parseStrictJson(`${value}`, 1)).toBe(Number(value))
        else expect(refusal(`${value}`).code).toBe('UNSAFE_NUMBER')
      }),
    )
  })
})

describe('keys', () => {
  test.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['[{"x":{"a":{},"a":{}}}]', '/0/x/a'],
    ['{"a":{"b":1,"c":2},"a":{}}', '/a'],
    ['[{"a":1},{"a":["a","a"],"b":{"c":"}","c":0}}]', '/1/b/c'],
  ])('refuses %s, where one of two values would vanish', (text, path) => {
    expect(refusal(text)).toMatchObject({ code: 'DUPLICATE_KEY', path })
  })

  test.each([
    ['{"__proto__":{"admin":true}}', '/__proto__'],
    ['{"\\u005f_proto__":1}', '/__proto__'],
    ['[0,{"a":{"constructor":1}}]', '/1/a/constructor'],
    ['{"a":{"prototype":1}}', '/a/prototype'],
    ['{"__proto__":1,"__proto__":2}', '/__proto__'],
  ])('refuses %s, which reaches prototypes', (text, path) => {
    expect(refusal(text)).toMatchObject({ code: 'FORBIDDEN_KEY', path })
  })
})

describe('strings', () => {
  test.each([
    ['{"a":["\\u0000"]}', 'NUL_CHARACTER', '/a/0'],
    ['{"a\\u0000b":1}', 'NUL_CHARACTER', '/a␀b'],
    ['{"a":{"b/c~d":"\\ud800"}}', 'LONE_SURROGATE', '/a/b~1c~0d'],
    ['"\\udc00\\ud800"', 'LONE_SURROGATE', ''],
    ['{"\\ud800":1}', 'LONE_SURROGATE', '/\ufffd'],
    [`["${'\ud83d'}"]`, 'LONE_SURROGATE', '/0'],
  ])('refuses %j, which no database keeps', (text, code, path) => {
    expect(refusal(text)).toMatchObject({ code, path })
  })

  test('shortens a key in the path it names', () => {
    const { path, message } = refusal(`{"${'k'.repeat(100_000)}":"\\u0000"}`)
    expect(path).toBe(`/${'k'.repeat(60)}…`)
    expect(message.length).toBeLessThan(250)
  })
})

describe('text that is no JSON', () => {
  test.each([
    '',
    '{',
    '[1,]',
    '{"a" 1}',
    '01',
    '1.',
    'NaN',
    '"\u0000"',
    '"a',
    "{'a':1}",
    '[1] x',
    '{"a":1}}',
    '\ufeff{}',
  ])('refuses %j', (text) => {
    expect(refusal(text).code).toBe('INVALID_JSON')
  })

  test('says where, without quoting what may be secret', () => {
    expect(refusal('{"token":"hunter2" "b":1}').message).toBe('The text is not valid JSON at position 19.')
    expect(refusal('{"token":hunter2}').message).toBe('The text is not valid JSON.')
  })
})

describe('depth', () => {
  test('takes as many levels as allowed and not one more', () => {
    expect(parseStrictJson('[[{"a":[]}]]', 4)).toEqual([[{ a: [] }]])
    expect(refusal('[[{"a":[]}]]', 3).code).toBe('TOO_DEEP')
    expect(parseStrictJson('[[],[[]],[]]', 3)).toEqual([[], [[]], []])
  })

  test.each(['[', '{"a":'])('refuses 100,000 levels of %s without overflowing', (open) => {
    expect(refusal(open.repeat(100_000), 32).code).toBe('TOO_DEEP')
  })
})
