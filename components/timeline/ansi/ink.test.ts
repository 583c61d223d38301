import { expect, test } from 'vitest'
import { contrast, parseHex } from '#components/timeline/ansi/contrast.ts'
import { inkOf, type Theme } from '#components/timeline/ansi/ink.ts'
import { decoration, plainStyle, trueColor } from '#domain/ansi/style.ts'

const themes: Theme[] = ['light', 'dark']
/** Of rows as they are, selected, with a hit in them, new, and under the pointer: app/globals.css, OutputLine.module.css. */
const surfaces = {
  light: ['#ffffff', '#e8f0fd', '#ffefbe', '#eaf2ff', '#f1f3f6'],
  dark: ['#0b0d10', '#14243a', '#423715', '#141921', '#161a20'],
}

test('draws every colour of the table legibly on both themes, dimmed ones too', () => {
  for (const theme of themes) {
    for (let fg = 0; fg < 256; fg++) {
      for (const decorations of [0, decoration.dim]) {
        const { color } = inkOf({ ...plainStyle, fg, decorations }, theme)
        for (const surface of surfaces[theme]) {
          const ratio = contrast(parseHex(color ?? ''), parseHex(surface))
          expect(ratio, `${theme} ${fg} on ${surface}`).toBeGreaterThanOrEqual(4.45)
        }
      }
    }
  }
})

test('draws every pair of the sixteen legibly, reversed ones too', () => {
  for (const theme of themes) {
    for (let fg = -1; fg < 16; fg++) {
      for (let bg = 0; bg < 16; bg++) {
        for (const decorations of [0, decoration.reverse]) {
          const { color, background } = inkOf({ fg, bg, decorations }, theme)
          if (color === null) continue
          const behind = parseHex(background ?? surfaces[theme][0] ?? '')
          expect(contrast(parseHex(color), behind), `${theme} ${fg} on ${bg}`).toBeGreaterThanOrEqual(4.4)
        }
      }
    }
  }
})

test('leaves a true colour alone that is legible as it is', () => {
  expect(inkOf({ ...plainStyle, fg: trueColor(0, 90, 30) }, 'light').color).toBe('#005a1e')
  expect(inkOf({ ...plainStyle, fg: trueColor(255, 128, 0) }, 'dark').color).toBe('#ff8000')
})

test('leaves plain text to the page', () => {
  expect(inkOf(plainStyle, 'dark')).toEqual({ color: null, background: null })
})
