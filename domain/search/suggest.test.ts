import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseQuery } from '#domain/search/parseQuery.ts'
import { type KnownNames, suggest } from '#domain/search/suggest.ts'
import { anyFilter } from '#testing/arbitraryQuery.ts'

const known: KnownNames = {
  steps: ['latest', 'test', 'Unit tests', 'say "hi"', 'a,b'],
  tools: ['bash', 'read'],
  gates: ['e2e'],
}

/** The filter with `|` for the cursor, and what it becomes with each suggestion. */
function suggested(marked: string): string[] {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { from, to, items } = suggest(text, cursor, known)
  return items.map((item) => text.slice(0, from) + item.text + text.slice(to))
}

it.each([
  ['|', ['step:', 'kind:', 'status:', 'tool:', 'gate:', 'dur:', 'tokens:', 'seq:']],
  ['st|', ['step:', 'status:']],
  ['-st|', ['-step:', '-status:']],
  ['a to| b', ['a tool: b', 'a tokens: b']],
  ['timeout|', []],
  [
    'kind:|',
    ['job', 'step', 'output', 'stdout', 'stderr', 'ai', 'tool', 'tokens', 'artifact', 'gate'].map((k) => `kind:${k}`),
  ],
  ['kind:out|', ['kind:output']],
  ['kind:ai,o|', ['kind:ai,output']],
  ['kind:o|,ai', ['kind:output,ai']],
  ['step:te|', ['step:test', 'step:latest', 'step:"Unit tests"']],
  ['step:"unit t|', ['step:"Unit tests"']],
  ['step:hi|', ['step:"say \\"hi\\""']],
  ['step:a,|', ['latest', 'test', '"Unit tests"', '"say \\"hi\\""', '"a,b"'].map((name) => `step:a,${name}`)],
  ['tool:b|', ['tool:bash']],
  ['gate:|', ['gate:e2e']],
  ['dur:>1|', ['dur:>1s', 'dur:>10s', 'dur:>1m']],
  ['tokens:>10|', ['tokens:>10k', 'tokens:>100k']],
  ['seq:|', ['seq:1..100', 'seq:100..']],
  ['nothing:|', []],
  ['/regex|', []],
  ['"a st|', []],
])('suggests for %j', (marked, texts) => {
  expect(suggested(marked)).toEqual(texts)
})

it('suggests in any text, inside its bounds', () => {
  fc.assert(
    fc.property(anyFilter, fc.integer({ min: -3, max: 60 }), (text, cursor) => {
      const { from, to, items } = suggest(text, cursor, known)
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeGreaterThanOrEqual(from)
      expect(to).toBeLessThanOrEqual(text.length)
      expect(items.every((item) => item.text !== '')).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

it('suggests only values that can be parsed', () => {
  const fields = ['step:', 'kind:', 'status:', 'tool:', 'gate:', 'dur:', 'tokens:', 'seq:']
  const filters = fields.flatMap((field) => suggested(`${field}|`))
  expect(filters.length).toBeGreaterThan(30)
  expect(filters.filter((filter) => parseQuery(filter).errors !== null)).toEqual([])
})
