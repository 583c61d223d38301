import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applySgr } from '#domain/ansi/applySgr.ts'
import { sgrOf } from '#domain/ansi/sgrOf.ts'
import { defaultColor, plainStyle, trueColor } from '#domain/ansi/style.ts'

const byte = fc.nat({ max: 255 })
const color = fc.oneof(
  fc.constant(defaultColor),
  byte,
  fc.tuple(byte, byte, byte).map((rgb) => trueColor(...rgb)),
)

test('names every style so that reading it gives the same one', () => {
  fc.assert(
    fc.property(fc.record({ fg: color, bg: color, decorations: byte }), (style) => {
      const text = sgrOf(style)
      expect(text === '' ? plainStyle : applySgr(plainStyle, text)).toEqual(style)
    }),
  )
})

test('says nothing of plain text', () => {
  expect(sgrOf(plainStyle)).toBe('')
})
