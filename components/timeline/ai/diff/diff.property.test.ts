import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffFields } from '#components/timeline/ai/diff/diffFields.ts'
import { type DiffRow, diffRows } from '#components/timeline/ai/diff/diffRows.ts'
import { type Edit, editScript } from '#components/timeline/ai/diff/editScript.ts'
import { valueLines } from '#components/timeline/ai/diff/valueLines.ts'
import type { Json } from '#domain/events/fields.ts'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'a b', ''), { maxLength: 24 })
const side = (edits: readonly Edit[], left: Edit['op']) => edits.flatMap(({ op, items }) => (op === left ? [] : items))

/** The textbook table: how many items two lists have in common, in order. */
function mostCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const item of a) {
    const next = [0]
    b.forEach((other, n) => {
      next.push(item === other ? (row[n] ?? 0) + 1 : Math.max(row[n + 1] ?? 0, next[n] ?? 0))
    })
    row = next
  }
  return row.at(-1) ?? 0
}

test('makes the second list of the first, keeps as much as can be kept, and never says the same twice', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const edits = editScript(before, after)
      expect(side(edits, 'added')).toEqual(before)
      expect(side(edits, 'removed')).toEqual(after)
      const kept = edits.flatMap(({ op, items }) => (op === 'same' ? items : []))
      expect(kept).toHaveLength(mostCommon(before, after))
      edits.forEach(({ op, items }, n) => {
        expect(items).not.toHaveLength(0)
        expect(edits[n + 1]?.op).not.toBe(op)
      })
    }),
    { numRuns: 500 },
  )
})

test('stays right when it may not look for long', () => {
  fc.assert(
    fc.property(lines, lines, fc.nat(30), (before, after, most) => {
      const edits = editScript(before, after, most)
      expect(side(edits, 'added')).toEqual(before)
      expect(side(edits, 'removed')).toEqual(after)
    }),
  )
})

test('gives up on large texts that have nothing in common, but not on their equal ends', () => {
  const large = (mark: string) => ['{', ...Array.from({ length: 150_000 }, (_, n) => `${mark}${n}`), '}']
  const edits = editScript(large('a'), large('b'))
  expect(edits.map(({ op, items }) => [op, items.length])).toEqual([
    ['same', 1],
    ['removed', 150_000],
    ['added', 150_000],
    ['same', 1],
  ])
})

test('finds one change among many lines', () => {
  const many = Array.from({ length: 100_000 }, (_, n) => `line ${n}`)
  const edits = editScript(many, many.with(70, 'other').with(90_000, 'another'))
  expect(edits.filter(({ op }) => op !== 'same').map(({ op, items }) => [op, items])).toEqual([
    ['removed', ['line 70']],
    ['added', ['other']],
    ['removed', ['line 90000']],
    ['added', ['another']],
  ])
})

test('shows every line of both texts once, but for equal ones far from any change', () => {
  const textOf = (row: DiffRow) => (row.kind === 'gap' ? '' : row.parts.map(({ text }) => text).join(''))
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const rows = diffRows(before, after)
      const hidden = rows.reduce((sum, row) => sum + (row.kind === 'gap' ? row.lines : 0), 0)
      const kinds = (kind: string) => rows.filter((row) => row.kind === kind).map(textOf)
      expect(kinds('same').length + kinds('removed').length + hidden).toBe(before.length)
      expect(kinds('same').length + kinds('added').length + hidden).toBe(after.length)
      const edits = editScript(before, after)
      const told = (op: Edit['op']) => edits.flatMap((edit) => (edit.op === op ? edit.items : []))
      expect(kinds('removed')).toEqual(told('removed'))
      expect(kinds('added')).toEqual(told('added'))
    }),
  )
})

test('marks the words that differ in a line, and none in a line that has little in common', () => {
  expect(diffRows(['"path": "e2e/cart.spec.ts"', 'one'], ['"path": "e2e/order.spec.ts"', 'two'])).toEqual([
    {
      kind: 'removed',
      parts: [
        { text: '"path": "e2e/', isChanged: false },
        { text: 'cart', isChanged: true },
        { text: '.spec.ts"', isChanged: false },
      ],
    },
    { kind: 'removed', parts: [{ text: 'one', isChanged: false }] },
    {
      kind: 'added',
      parts: [
        { text: '"path": "e2e/', isChanged: false },
        { text: 'order', isChanged: true },
        { text: '.spec.ts"', isChanged: false },
      ],
    },
    { kind: 'added', parts: [{ text: 'two', isChanged: false }] },
  ])
})

test('tells how many equal lines it leaves out', () => {
  const before = ['0', '1', '2', '3', '4', 'old', '6', '7', '8', '9']
  const rows = diffRows(before, before.with(5, 'new'))
  expect(rows.map((row) => (row.kind === 'gap' ? row.lines : `${row.kind} ${row.parts[0]?.text}`))).toEqual([
    3,
    'same 3',
    'same 4',
    'removed old',
    'added new',
    'same 6',
    'same 7',
    2,
  ])
})

test('gives values the same lines only if they are equal, and breaks texts where they break', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(valueLines(a).join('\n') === valueLines(b).join('\n')).toBe(JSON.stringify(a) === JSON.stringify(b))
    }),
  )
  expect(valueLines({ text: 'a\\n\nb' })).toEqual(['{', '  "text": "a\\\\n', 'b"', '}'])
  expect(valueLines('a\nb')).not.toEqual(valueLines('a\\nb'))
  expect(valueLines(undefined)).toEqual([])
})

test('compares objects member by member, and finds a difference exactly if there is one', () => {
  const before = { path: 'a.ts', text: 'one\ntwo', only: 1 }
  const after = { path: 'a.ts', text: 'one\nthree', other: ['x'] }
  const told = (name: string | null, rows: DiffRow[]) =>
    `${name}: ${rows.map((row) => (row.kind === 'gap' ? row.lines : `${row.kind} ${row.parts[0]?.text}`)).join(', ')}`
  expect(diffFields(before, after).map(({ name, rows }) => told(name, rows))).toEqual([
    'text: same one, removed two, added three',
    'only: removed 1',
    'other: added [, added   "x", added ]',
  ])
  expect(diffFields('a', ['a'])).toHaveLength(1)
  expect(diffFields(undefined, undefined)).toEqual([])
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(diffFields(a, structuredClone(a))).toEqual([])
      expect(diffFields(a, b).length === 0).toBe(sorted(a) === sorted(b))
    }),
  )
})

/** The order of an object's members is none of its content. */
function sorted(value: Json): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? `members ${JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))}`
    : JSON.stringify(value)
}
