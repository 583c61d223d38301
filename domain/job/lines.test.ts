import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countLines, linesOf, outputBytes } from '#domain/job/lines.ts'

type Output = { text: string; encoding: 'base64' | undefined; bytes: Buffer }

/** Outputs as emitters send them, with the bytes that left the command: newlines, marks and broken UTF-8 are frequent. */
const output: fc.Arbitrary<Output> = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀', '\ufeff'), maxLength: 30 })
    .map((text) => ({ text, encoding: undefined, bytes: Buffer.from(text) })),
  fc
    .array(fc.constantFrom(0x00, 0x0a, 0x0d, 0x61, 0xc3, 0xa9, 0xef, 0xbb, 0xbf, 0xff), { maxLength: 30 })
    .map((list) => Buffer.from(list))
    .map((bytes) => ({ text: bytes.toString('base64'), encoding: 'base64' as const, bytes })),
)

/** Byte by byte: a line ends with a newline or with the text. */
function naiveCount(bytes: Buffer): number {
  let lines = 0
  let isOpen = false
  for (const byte of bytes) {
    isOpen = byte !== 0x0a
    if (!isOpen) lines++
  }
  return isOpen ? lines + 1 : lines
}

test('counts lines and bytes as a byte-by-byte count does', () => {
  fc.assert(
    fc.property(output, ({ text, encoding, bytes }) => {
      expect(countLines(text, encoding)).toEqual({ lines: naiveCount(bytes), bytes: bytes.length })
    }),
    { numRuns: 1000 },
  )
})

test('shows as many lines as it counts', () => {
  fc.assert(
    fc.property(output, ({ text, encoding }) => {
      expect(linesOf(text, encoding)).toHaveLength(countLines(text, encoding).lines)
    }),
    { numRuns: 1000 },
  )
})

test('gives the bytes of a command back when the texts of its outputs are joined', () => {
  fc.assert(
    fc.property(fc.array(output), (outputs) => {
      const joined = Buffer.concat(outputs.map(({ text, encoding }) => outputBytes(text, encoding)))
      expect(joined).toEqual(Buffer.concat(outputs.map(({ bytes }) => bytes)))
    }),
  )
})

describe('the lines of a text', () => {
  test.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\nb', ['a', 'b']],
    ['a\nb\n', ['a', 'b']],
    ['\n', ['']],
    ['\n\na', ['', '', 'a']],
    ['a\r\nb', ['a\r', 'b']],
  ])('of %j are %j', (text, lines) => {
    expect(linesOf(text, undefined)).toEqual(lines)
    expect(linesOf(Buffer.from(text).toString('base64'), 'base64')).toEqual(lines)
  })

  test('show bytes that are no UTF-8 as U+FFFD, and a byte order mark as what it is', () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0xff, 0x0a, 0x00])
    expect(linesOf(bytes.toString('base64'), 'base64')).toEqual(['\ufeffa\ufffd', '\0'])
  })
})
