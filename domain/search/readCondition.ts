import { readCount, readDuration } from '#domain/search/amounts.ts'
import {
  type Comparison,
  type Condition,
  itemStatuses,
  type SearchField,
  searchFields,
  searchKinds,
} from '#domain/search/query.ts'
import { readQuoted, wordEnd } from '#domain/search/readQuoted.ts'
import type { Reading } from '#domain/search/readTerm.ts'

type Place = { text: string /** behind the colon */; at: number; field: SearchField }

/** Reads what follows `field:`. */
export function readCondition(text: string, at: number, field: SearchField): Reading<Condition> {
  const place = { text, at, field }
  switch (field) {
    case 'step':
    case 'tool':
    case 'gate':
      return readNames(place, (values) => ({ field, values }))
    case 'kind':
      return readNames(place, (values) => ({ field, values }), searchKinds)
    case 'status':
      return readNames(place, (values) => ({ field, values }), itemStatuses)
    case 'dur':
      return readAmount(place, readDuration, (compare, ms) => ({ field, compare, ms }))
    case 'tokens':
      return readAmount(place, readCount, (compare, count) => ({ field, compare, count }))
    case 'seq':
      return readSeqs(place)
  }
}

/** Names with commas between them, each plain or in quotes; of a closed list if there is one, whatever their case. */
function readNames<T extends string>(
  place: Place,
  make: (values: T[]) => Condition,
  known?: readonly T[],
): Reading<Condition> {
  const { text } = place
  const values: T[] = []
  let { at } = place
  for (;;) {
    const name = readName(place, at)
    if ('error' in name) return name
    const value = known?.find((one) => one === name.value.toLowerCase()) ?? (known ? null : (name.value as T))
    if (value === null) return refuse(place, { from: at, to: name.end, end: wordEnd(text, name.end) }, known)
    values.push(value)
    if (text[name.end] !== ',') {
      const end = wordEnd(text, name.end)
      if (end === name.end) return { value: make(values), end }
      return refuse(place, { from: name.end, to: end, end })
    }
    at = name.end + 1
  }
}

function readName(place: Place, at: number): Reading<string> {
  const { text } = place
  if (text[at] === '"') return readQuoted(text, at)
  let end = at
  while (end < text.length && !/[\s",]/.test(text[end] ?? '')) end++
  if (end > at) return { value: text.slice(at, end), end }
  return refuse(place, { from: at, to: at, end: wordEnd(text, at) })
}

const comparisons: readonly Comparison[] = ['>=', '<=', '>', '<']

function readAmount(
  place: Place,
  read: (text: string) => number | null,
  make: (compare: Comparison, amount: number) => Condition,
): Reading<Condition> {
  const { text, at } = place
  const end = wordEnd(text, at)
  const compare = comparisons.find((sign) => text.startsWith(sign, at))
  if (compare === undefined) return refuse(place, { from: at, to: end, end }, comparisons)
  const amount = read(text.slice(at + compare.length, end))
  if (amount === null) return refuse(place, { from: at + compare.length, to: end, end })
  return { value: make(compare, amount), end }
}

function readSeqs(place: Place): Reading<Condition> {
  const { text, at } = place
  const end = wordEnd(text, at)
  const [, first, dots, last] = /^(\d{1,15})?(\.\.)?(\d{1,15})?$/.exec(text.slice(at, end)) ?? []
  if (first === undefined && last === undefined) return refuse(place, { from: at, to: end, end })
  const from = first === undefined ? null : Number(first)
  const to = dots === undefined ? from : last === undefined ? null : Number(last)
  if (from === null || to === null || from <= to) return { value: { field: 'seq', from, to }, end }
  const message = `The range ends before it begins: write seq:${to}..${from}.`
  return { error: { from: at, to: end, message, expected: [`${to}..${from}`] }, end }
}

type Extent = { from: number; to: number; end: number }

function refuse(place: Place, { from, to, end }: Extent, known: readonly string[] = []): Reading<never> {
  const { takes, example } = searchFields[place.field]
  const found = from === to ? 'nothing follows' : `"${place.text.slice(from, to)}" is not it`
  const message = `After "${place.field}:" comes ${takes}, as in ${example}; ${found}.`
  return { error: { from, to, message, expected: known.length > 0 ? known : [takes] }, end }
}
