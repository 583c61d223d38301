import { expect, test } from 'vitest'
import type { StoredEvent } from '#server/journal/journal.ts'
import { readEntries, toEntry } from '#server/live/windowEntry.ts'

const ofBytes = (bytes: number, character = 'x'): StoredEvent => {
  const size = Buffer.byteLength(character)
  return { seq: 7, type: 'step.output', json: character.repeat(Math.floor(bytes / size)) + 'x'.repeat(bytes % size) }
}

test.each(['x', 'é', '漢', '😀'])(
  'keeps an event of exactly 8 KiB and makes one byte more a marker, in bytes of "%s"',
  (character) => {
    expect(toEntry(ofBytes(8192, character))).toMatchObject({ field: 'json' })
    expect(toEntry(ofBytes(8193, character))).toEqual({ seq: 7, type: 'step.output', field: 'bytes', value: '8193' })
  },
)

test('reads contiguous events up to the first marker', () => {
  const entries: [string, string[]][] = [
    ['5-0', ['type', 'step.output', 'json', '{"a":1}']],
    ['6-0', ['type', 'job.completed', 'json', '{"b":2}']],
    ['7-0', ['type', 'step.output', 'bytes', '9000']],
    ['8-0', ['type', 'step.output', 'json', '{}']],
  ]
  expect(readEntries(4, entries)).toEqual([
    { seq: 5, type: 'step.output', json: '{"a":1}' },
    { seq: 6, type: 'job.completed', json: '{"b":2}' },
  ])
  expect(readEntries(6, entries.slice(2))).toEqual([])
})

test('stops at a hole, a foreign id, a type it does not know and a broken entry', () => {
  const good = ['type', 'step.output', 'json', '{}']
  expect(
    readEntries(0, [
      ['1-0', good],
      ['3-0', good],
    ]),
  ).toHaveLength(1)
  expect(readEntries(0, [['1-1', good]])).toEqual([])
  expect(readEntries(0, [['1-0', ['type', 'step.melted', 'json', '{}']]])).toEqual([])
  expect(readEntries(0, [['1-0', ['type', 'step.output', 'json']]])).toEqual([])
})
