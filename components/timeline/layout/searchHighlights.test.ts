import { expect, test } from 'vitest'
import { highlightsOf } from '#components/timeline/layout/searchHighlights.ts'
import type { Hit } from '#domain/search/messages.ts'

const hit = (line: number, ...ranges: [number, number][]): [number, Hit] => [
  line - 1,
  { line, seq: line, at: 0, scope: '1/1/s', stream: 'stdout', text: '', from: 0, ranges },
]

test('marks every text of a filter in lines that hold all of them', () => {
  const of = highlightsOf('error "in ms"', new Map())
  expect(of(0, 'Error: 4 in ms, error')).toEqual([
    [0, 5],
    [9, 14],
    [16, 21],
  ])
  expect(of(1, 'error')).toEqual([])
  expect(highlightsOf('error -warning', new Map())(0, 'warning: error')).toEqual([])
})

test('marks what a regular expression found where the server says so, and tries none itself', () => {
  const of = highlightsOf('/(a+)+$/', new Map([hit(3, [4, 9])]))
  expect(of(2, 'any text')).toEqual([[4, 9]])
  expect(of(7, `${'a'.repeat(64)}!`)).toEqual([])
  expect(highlightsOf('needle kind:stderr', new Map())(0, 'a needle on stdout')).toEqual([])
})

test('gives the same list for all lines without a mark, so that nothing is drawn anew for it', () => {
  const of = highlightsOf('needle', new Map())
  expect(of(0, 'hay')).toBe(of(1, 'stack'))
  expect(highlightsOf('"unfinished', new Map())(0, 'x')).toEqual([])
})
