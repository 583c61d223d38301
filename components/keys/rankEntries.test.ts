import { expect, test } from 'vitest'
import { type PaletteEntry, rankEntries } from '#components/keys/rankEntries.ts'

const entry = (label: string, group = 'View'): PaletteEntry => ({ id: label, group, label, keys: [], run: () => {} })
const labels = (entries: PaletteEntry[]) => entries.map(({ label }) => label)

test('puts what begins with the query first, then what holds its words', () => {
  const entries = [entry('Copy output'), entry('Reroute'), entry('Output'), entry('Go to out-of-date')]
  expect(labels(rankEntries(entries, 'OUT'))).toEqual(['Output', 'Copy output', 'Go to out-of-date', 'Reroute'])
  expect(labels(rankEntries(entries, 'output copy'))).toEqual(['Copy output'])
  expect(labels(rankEntries(entries, 'nothing such'))).toEqual([])
})

test('finds by group, and leaves the order alone without a query', () => {
  const entries = [entry('b'), entry('a', 'Jump')]
  expect(labels(rankEntries(entries, 'jump'))).toEqual(['a'])
  expect(labels(rankEntries(entries, '  '))).toEqual(['b', 'a'])
})
