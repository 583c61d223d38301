import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLineMatcher } from '#domain/search/matchLine.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'
import type { Query } from '#domain/search/query.ts'
import { anyQuery } from '#testing/arbitraryQuery.ts'

function queryOf(text: string): Query {
  const { query, errors } = parseQuery(text)
  if (query === null) throw new Error(errors[0].message)
  return query
}

function found(filter: string, line: string): (readonly [number, number])[] | null {
  const matcher = compileLineMatcher(queryOf(filter))
  return matcher.matches(line) ? matcher.ranges(line) : null
}

describe('a line', () => {
  it.each([
    [
      'timeout',
      'Timeout and TIMEOUT',
      [
        [0, 7],
        [12, 19],
      ],
    ],
    ['Timeout', 'Timeout and TIMEOUT', [[0, 7]]],
    ['Timeout', 'timeout', null],
    ['école', 'ÉCOLE', [[0, 5]]],
    ['straße', 'STRASSE', null],
    ['a.b', 'axb a.b', [[4, 7]]],
    [
      'error timeout',
      'timeout: error',
      [
        [0, 7],
        [9, 14],
      ],
    ],
    ['error timeout', 'error', null],
    ['error -retry', 'error, retrying', null],
    ['error -retry', 'error', [[0, 5]]],
    ['-retry', 'fine', []],
    [
      '/t(ime)?out/',
      'timeout tout',
      [
        [0, 7],
        [8, 12],
      ],
    ],
    ['/TIMEOUT/', 'timeout', null],
    ['/TIMEOUT/i', 'timeout', [[0, 7]]],
    ['/x*/', 'abc', []],
    ['/^ok$/', 'ok', [[0, 2]]],
    ['abc bcd', 'abcd', [[0, 4]]],
    ['i', 'İi', [[1, 2]]],
    ['😀', 'a😀b', [[1, 3]]],
    ['"a  b"', 'a  b', [[0, 4]]],
    ['step:build kind:stderr', 'anything', []],
  ])('%j: %j gives %j', (filter, line, ranges) => {
    expect(found(filter, line)).toEqual(ranges)
  })

  it('has its first hundred places highlighted, not all of 64 KiB', () => {
    expect(found('a', 'ab'.repeat(32_768))).toHaveLength(100)
  })

  it('is judged the same however often and in whatever order lines come', () => {
    const matcher = compileLineMatcher(queryOf('/a/ b'))
    expect(['ab', 'b', 'ab', 'ab'].map((line) => matcher.matches(line))).toEqual([true, false, true, true])
  })

  it('is highlighted inside its bounds, in order and without overlap', () => {
    fc.assert(
      fc.property(
        anyQuery,
        fc.string({ unit: fc.constantFrom('a', 'A', '/', '-', ' ', ':', 'İ', '😀', '"') }),
        (query, line) => {
          let end = 0
          for (const [from, to] of compileLineMatcher(query).ranges(line)) {
            expect(from).toBeGreaterThanOrEqual(end)
            expect(to).toBeGreaterThan(from)
            end = to
          }
          expect(end).toBeLessThanOrEqual(line.length)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is found among many as it is alone', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'A', '/', '-', ' ', ':', 'İ', '😀', '"') })
    fc.assert(
      fc.property(anyQuery, fc.array(line, { minLength: 1, maxLength: 6 }), (query, lines) => {
        const matcher = compileLineMatcher(query)
        const visited: [number, string][] = []
        matcher.eachMatch(lines.join('\n'), (index, found) => visited.push([index, found]))
        expect(visited).toEqual([...lines.entries()].filter(([, one]) => matcher.matches(one)))
      }),
      { numRuns: 3000 },
    )
  })

  it('matches a text exactly where it can be found by looking', () => {
    const text = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', '.', '*', '(', '\\', ' ') })
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b', '.', '*', '(', '\\', ' ') }), (wanted, line) => {
        const query: Query = { terms: [{ field: 'text', text: wanted, negated: false }] }
        expect(compileLineMatcher(query).matches(line)).toBe(line.includes(wanted))
      }),
    )
  })
})
