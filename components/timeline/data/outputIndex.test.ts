import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OutputIndex, type OutputText } from '#components/timeline/data/outputIndex.ts'
import { countLines, linesOf } from '#domain/job/lines.ts'

const output = (seq: number, text: string, more: Partial<OutputText> = {}): OutputText => ({
  seq,
  scope: 'build',
  stream: 'stdout',
  text,
  ...more,
})

test('finds the event and the line within it for every line, and back', () => {
  const index = new OutputIndex()
  index.append(output(4, 'a\nb\nc\n'))
  index.append(output(9, 'd'))
  index.append(output(11, 'e\nf', { scope: 'test', stream: 'stderr' }))
  expect(index.lines).toBe(6)
  expect([0, 2, 3, 4, 5].map((line) => index.placeOf(line)).map((place) => [place?.seq, place?.ordinal])).toEqual([
    [4, 0],
    [4, 2],
    [9, 0],
    [11, 0],
    [11, 1],
  ])
  expect(index.placeOf(5)).toMatchObject({ scope: 'test', stream: 'stderr' })
  expect(index.placeOf(6)).toBeNull()
  expect([1, 4, 5, 9, 10, 11, 12].map((seq) => index.lineAtOrAfter(seq))).toEqual([0, 0, 3, 3, 4, 4, 6])
})

test('carries a style from event to event, within one stream of one step', () => {
  const index = new OutputIndex()
  index.append(output(1, 'plain \x1b[31m'))
  index.append(output(2, 'err', { stream: 'stderr' }))
  index.append(output(3, 'other', { scope: 'test' }))
  index.append(output(4, 'red\x1b[0m\n'))
  index.append(output(5, 'plain again'))
  expect([0, 1, 2, 3, 4].map((line) => index.placeOf(line)?.style.fg)).toEqual([-1, -1, -1, 1, -1])
})

test('lists the lines of one scope', () => {
  const index = new OutputIndex()
  index.append(output(1, 'a\nb'))
  index.append(output(2, 'c', { scope: 'test' }))
  index.append(output(3, 'd'))
  const lines = index.linesOfScope('build')
  expect(lines && Array.from({ length: lines.length }, (_, i) => lines.at(i))).toEqual([0, 1, 3])
  expect(index.linesOfScope('unknown')).toBeNull()
})

test('counts lines exactly as the totals do, base64 included', () => {
  const text = fc.array(fc.constantFrom('a', '\n', '\r', '\x1b[1m', 'ü', '\u2028'), { maxLength: 12 })
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.boolean()), { maxLength: 10 }), (texts) => {
      const index = new OutputIndex()
      let lines = 0
      texts.forEach(([parts, inBase64], i) => {
        const plain = parts.join('')
        const encoding = inBase64 ? ('base64' as const) : undefined
        const stored = inBase64 ? Buffer.from(plain).toString('base64') : plain
        index.append(output(i + 1, stored, { encoding }))
        lines += countLines(stored, encoding).lines
        expect(linesOf(stored, encoding).length).toBe(countLines(stored, encoding).lines)
      })
      expect(index.lines).toBe(lines)
    }),
  )
})
