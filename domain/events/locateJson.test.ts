import fc from 'fast-check'
import { expect, test } from 'vitest'
import { locateOffset, locateRepeatedKey } from '#domain/events/locateJson.ts'
import { arbitraryJson } from '#testing/arbitraryJson.ts'

const json = arbitraryJson(3).map((value) => JSON.stringify(value))
const key = fc.string({ unit: 'binary', maxLength: 8 }).map((text) => `k${text.toWellFormed()}`)

/** The text of a value inside others, and where in them it lies. */
type Nest = { text: string; path: string[] }

const inArray = (inner: Nest) =>
  fc.tuple(fc.array(json, { maxLength: 3 }), fc.array(json, { maxLength: 3 })).map(
    ([before, after]): Nest => ({
      text: `[ ${[...before, inner.text, ...after].join(' ,')}]`,
      path: [String(before.length), ...inner.path],
    }),
  )

const inObject = (inner: Nest) =>
  fc.tuple(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), fc.nat(), json).map(([keys, at, other]): Nest => {
    const own = keys[at % keys.length] ?? ''
    const members = keys.map((name) => `${JSON.stringify(name)} :${name === own ? inner.text : other}`)
    return { text: `{${members.join(',')} }`, path: [own, ...inner.path] }
  })

/** This text, some levels deep in arrays and objects with other members. */
function nested(text: string, levels = 5): fc.Arbitrary<Nest> {
  const here = fc.constant<Nest>({ text, path: [] })
  return Array.from({ length: levels }).reduce<fc.Arbitrary<Nest>>(
    (inner) => fc.oneof(inner, inner.chain(inArray), inner.chain(inObject)),
    here,
  )
}

test('names the place of an offset, whatever stands around it', () => {
  // Nothing else begins with this: it is no JSON.
  const mark = '~'
  fc.assert(
    fc.property(nested(mark), ({ text, path }) => {
      // Strings around it may hold the mark as well.
      const offset = [...text.matchAll(/~/g)].map(({ index }) => index).find((at) => !isInString(text, at))
      expect(locateOffset(text, offset ?? -1)).toEqual(path)
    }),
  )
})

test('names the key that stands twice in one object, however it is written', () => {
  fc.assert(
    fc.property(nested('{"a":[{"b":1}],"\\u0062":{"a":2},"b":3}'), ({ text, path }) => {
      expect(locateRepeatedKey(text)).toEqual([...path, 'b'])
    }),
  )
  fc.assert(fc.property(json, (text) => locateRepeatedKey(text) === null))
})

function isInString(text: string, at: number): boolean {
  return [...text.slice(0, at).replaceAll(/\\./gs, '').matchAll(/"/g)].length % 2 === 1
}
