import { expect, test } from 'vitest'
import { outputSuggestions, takeSuggestion } from '#components/timeline/layout/outputSuggestions.ts'

const steps = ['build', 'Unit tests']
const offered = (text: string) => outputSuggestions(text, text.length, steps).items.map((item) => item.text)

test('offers what lines of output have, and no more', () => {
  expect(offered('')).toEqual(['step:', 'kind:', 'status:', 'dur:', 'seq:'])
  expect(offered('t')).toEqual([])
  expect(offered('timeout ki')).toEqual(['kind:'])
  expect(offered('-kind:')).toEqual(['output', 'stdout', 'stderr'])
  expect(offered('kind:stdout,')).toEqual(['output', 'stdout', 'stderr'])
  expect(offered('step:')).toEqual(['build', '"Unit tests"'])
})

test('offers nothing that is typed already', () => {
  expect(offered('step:build')).toEqual([])
  expect(offered('kind:stderr')).toEqual([])
})

test('takes an offer in the place of what is typed, and leaves room for the next term', () => {
  const take = (text: string, cursor: number) => {
    const found = outputSuggestions(text, cursor, steps)
    const taken = takeSuggestion(text, found, found.items[0]?.text ?? '')
    return `${taken.text.slice(0, taken.cursor)}|${taken.text.slice(taken.cursor)}`
  }
  expect(take('st', 2)).toBe('step:|')
  expect(take('x step:un', 9)).toBe('x step:"Unit tests" |')
  expect(take('kind:std timeout', 8)).toBe('kind:stdout| timeout')
})
