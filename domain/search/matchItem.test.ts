import { describe, expect, it } from 'vitest'
import { compileItemMatcher, compileSeqMatcher, type Item } from '#domain/search/matchItem.ts'
import { parseQuery } from '#domain/search/parseQuery.ts'

const plain: Item = { kinds: [], steps: [], status: null, durationMs: null, tokens: null, tool: null, gate: [] }
const stderr: Item = { ...plain, kinds: ['output', 'stderr'], steps: ['e2e', 'test', 'test/e2e'], status: 'timeout' }
const call: Item = { ...plain, kinds: ['ai', 'tool'], tool: 'bash', durationMs: 4200, status: 'failed' }
const use: Item = { ...plain, kinds: ['ai', 'tokens'], tokens: 12_000 }
const gate: Item = { ...plain, kinds: ['gate'], gate: ['e2e', 'End-to-end'], status: 'passed' }

function matched(filter: string): string[] {
  const { query } = parseQuery(filter)
  const matches = compileItemMatcher(query ?? { terms: [] })
  return Object.entries({ stderr, call, use, gate }).flatMap(([name, item]) => (matches(item) ? [name] : []))
}

describe('a filter', () => {
  it.each([
    ['', ['stderr', 'call', 'use', 'gate']],
    ['kind:ai', ['call', 'use']],
    ['kind:tool,gate', ['call', 'gate']],
    ['-kind:ai', ['stderr', 'gate']],
    ['step:test', ['stderr']],
    ['step:test/e2e', ['stderr']],
    ['step:TEST', []],
    ['step:te', []],
    ['step:te*', ['stderr']],
    ['-step:test', ['call', 'use', 'gate']],
    ['status:failed', ['stderr', 'call']],
    ['status:timeout', ['stderr']],
    ['status:passed', ['gate']],
    ['tool:bash,edit', ['call']],
    ['gate:end-to-*', ['gate']],
    ['gate:END', []],
    ['dur:>4s', ['call']],
    ['dur:<4s', []],
    ['dur:>=4.2s dur:<=4.2s', ['call']],
    ['tokens:>10k', ['use']],
    ['tokens:<10k', []],
    ['kind:ai -tool:bash', ['use']],
    ['words /and/ seq:3..9', ['stderr', 'call', 'use', 'gate']],
  ])('%j lets %j through', (filter, names) => {
    expect(matched(filter)).toEqual(names)
  })

  it.each([
    ['seq:3..9', [[false, true, true, true, false]]],
    ['seq:3..', [[false, true, true, true, true]]],
    ['seq:..9', [[true, true, true, true, false]]],
    ['-seq:3..9', [[true, false, false, false, true]]],
  ])('%j means what shares a seq with it', (filter, [expected]) => {
    const { query } = parseQuery(filter)
    const matches = compileSeqMatcher(query ?? { terms: [] })
    expect([matches(1, 2), matches(1, 3), matches(4, 5), matches(9, 12), matches(10, 10)]).toEqual(expected)
  })
})
