import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outputBytes } from '#domain/job/lines.ts'
import { outputPieces } from '#sdk/emit/outputPieces.ts'

function joined(data: string | Uint8Array, most: number): Buffer {
  return Buffer.concat(outputPieces(data, most).map(({ text, encoding }) => outputBytes(text, encoding)))
}

describe('outputPieces', () => {
  it('gives the exact bytes back, in pieces within the bound, for any bytes and any text', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 100 }))
    fc.assert(
      fc.property(bytes, fc.integer({ min: 4, max: 64 }), (data, most) => {
        const expected = Buffer.from(typeof data === 'string' ? new TextEncoder().encode(data) : data)
        expect(joined(data, most).equals(expected)).toBe(true)
        for (const { text, encoding } of outputPieces(data, most)) {
          expect(outputBytes(text, encoding).length).toBeLessThanOrEqual(most)
          if (encoding === undefined) expect(text.includes('\0')).toBe(false)
        }
      }),
    )
  })

  it('never cuts a character: valid text stays text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-composite', maxLength: 60 }),
        fc.integer({ min: 4, max: 16 }),
        (text, most) => {
          const pieces = outputPieces(text, most)
          expect(pieces.every((piece) => piece.encoding === undefined)).toBe(!text.includes('\0'))
          if (!text.includes('\0')) expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        },
      ),
    )
  })

  it('prefers the end of a line in the second half of a piece', () => {
    expect(outputPieces('aaaa\nbb\ncccc', 9).map((piece) => piece.text)).toEqual(['aaaa\nbb\n', 'cccc'])
    expect(outputPieces('a\nbbbbbbbbbbbb', 9).map((piece) => piece.text)).toEqual(['a\nbbbbbbb', 'bbbbb'])
  })

  it('carries NUL and broken UTF-8 as base64 and keeps a byte order mark', () => {
    expect(outputPieces('a\0b')).toEqual([{ text: 'YQBi', encoding: 'base64' }])
    expect(outputPieces(Uint8Array.of(0xff, 0xfe))).toEqual([{ text: '//4=', encoding: 'base64' }])
    expect(outputPieces('\ufeffx')).toEqual([{ text: '\ufeffx' }])
    expect(outputPieces('')).toEqual([])
  })
})
