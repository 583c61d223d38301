import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatQuery } from '#domain/search/formatQuery.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'
import { queryCharacters } from '#domain/search/query.ts'
import { anyFilter, anyQuery } from '#testing/arbitraryQuery.ts'

const termsOf = (text: string) => parseQuery(text).query?.terms

describe('a filter', () => {
  it.each([
    ['', []],
    ['  \t ', []],
    ['timeout', [{ field: 'text', text: 'timeout', negated: false }]],
    ['"a \\"b\\" \\\\ c"', [{ field: 'text', text: 'a "b" \\ c', negated: false }]],
    ['-debug', [{ field: 'text', text: 'debug', negated: true }]],
    ['--verbose', [{ field: 'text', text: '--verbose', negated: false }]],
    ['-"two words"', [{ field: 'text', text: 'two words', negated: true }]],
    ['/tim(e|ing)/', [{ field: 'regex', source: 'tim(e|ing)', flags: '', negated: false }]],
    ['/a\\/b [/] c/ui', [{ field: 'regex', source: 'a\\/b [/] c', flags: 'iu', negated: false }]],
    ['-/x/i', [{ field: 'regex', source: 'x', flags: 'i', negated: true }]],
    ['step:test/e2e', [{ field: 'step', values: ['test/e2e'], negated: false }]],
    ['STEP:"Unit tests",b*', [{ field: 'step', values: ['Unit tests', 'b*'], negated: false }]],
    ['-kind:STDERR,ai', [{ field: 'kind', values: ['stderr', 'ai'], negated: true }]],
    ['status:failed', [{ field: 'status', values: ['failed'], negated: false }]],
    ['dur:>5s', [{ field: 'dur', compare: '>', ms: 5000, negated: false }]],
    ['dur:<=1m30.5s', [{ field: 'dur', compare: '<=', ms: 90_500, negated: false }]],
    ['tokens:>=1.5K', [{ field: 'tokens', compare: '>=', count: 1500, negated: false }]],
    ['seq:7', [{ field: 'seq', from: 7, to: 7, negated: false }]],
    ['seq:3..9', [{ field: 'seq', from: 3, to: 9, negated: false }]],
    ['seq:..9', [{ field: 'seq', from: null, to: 9, negated: false }]],
    ['seq:3..', [{ field: 'seq', from: 3, to: null, negated: false }]],
    ['https://example.org', [{ field: 'text', text: 'https://example.org', negated: false }]],
    ['std::vector', [{ field: 'text', text: 'std::vector', negated: false }]],
    ['12:03:11', [{ field: 'text', text: '12:03:11', negated: false }]],
    ['name="x"', [{ field: 'text', text: 'name="x"', negated: false }]],
  ])('%j means %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms)
  })

  it('is all of its terms', () => {
    expect(termsOf(' step:build  -kind:stderr\ttimeout ')?.map((term) => [term.field, term.negated])).toEqual([
      ['step', false],
      ['kind', true],
      ['text', false],
    ])
  })

  it.each([
    ['stpe:build', 0, 5, /no field "stpe:".*step:.*quotes/],
    ['a error:', 2, 8, /no field "error:"/],
    ['step:', 5, 5, /After "step:" comes the name.*nothing follows/],
    ['step:a,', 7, 7, /nothing follows/],
    ['step:a"b"', 6, 9, /After "step:"/],
    ['kind:gates', 5, 10, /one of job, step, output.*"gates" is not it/],
    ['status:passed,fine', 14, 18, /"fine" is not it/],
    ['dur:5s', 4, 6, /> *, >=/],
    ['dur:>5', 5, 6, />5s/],
    ['dur:>999999999999d', 5, 18, /dur/],
    ['tokens:>many', 8, 12, />10k/],
    ['seq:', 4, 4, /12\.\.40/],
    ['seq:..', 4, 6, /12\.\.40/],
    ['seq:9..3', 4, 8, /ends before it begins: write seq:3\.\.9/],
    ['say "hello', 4, 10, /not closed/],
    ['""', 0, 2, /nothing between the quotes/],
    ['"a"b', 3, 4, /A space belongs after/],
    ['/home/ann', 6, 9, /flags i, u or none.*path.*quotes/],
    ['/home', 0, 5, /not closed.*path.*quotes/],
    ['//', 0, 2, /nothing between the slashes/],
    ['/(/', 0, 3, /no regular expression: Unterminated group/],
    ['/a/g', 3, 4, /flags i, u or none/],
    ['-', 0, 1, /leaves out what follows/],
    ['- a', 0, 1, /leaves out what follows/],
  ])('%j is refused at %d to %d', (text, from, to, message) => {
    const { errors } = parseQuery(text)
    expect(errors).toMatchObject([{ from, to }])
    expect(errors?.[0].message).toMatch(message)
  })

  it('is refused with every error it has, each at its place', () => {
    expect(parseQuery('kind:x ok dur:y /(/').errors?.map(({ from, to }) => [from, to])).toEqual([
      [5, 6],
      [14, 15],
      [16, 19],
    ])
  })

  it('is refused if it is too long, with the number', () => {
    expect(parseQuery('a'.repeat(queryCharacters)).errors).toBeNull()
    expect(parseQuery('a'.repeat(queryCharacters + 1)).errors?.[0]).toMatchObject({
      from: queryCharacters,
      message: expect.stringContaining(String(queryCharacters + 1)),
    })
  })
})

it('reads what is formatted as what it was', () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      const text = formatQuery(query)
      fc.pre(text.length <= queryCharacters)
      expect(parseQuery(text)).toEqual({ query, errors: null })
    }),
    { numRuns: 3000 },
  )
})

it('reads any text, or says where it cannot and what it expected', () => {
  fc.assert(
    fc.property(anyFilter, (text) => {
      const { query, errors } = parseQuery(text)
      if (query !== null) expect(parseQuery(formatQuery(query)).query).toEqual(query)
      for (const { from, to, message } of errors ?? []) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeGreaterThanOrEqual(from)
        expect(to).toBeLessThanOrEqual(text.length)
        expect(message).not.toBe('')
      }
    }),
    { numRuns: 5000 },
  )
})
