/**
 * A colour as SGR names it: 0-255 the table (0-15 the theme's own), `0x1000000 | rgb` true colour, -1 the default.
 */
export type SgrColor = number

export const defaultColor: SgrColor = -1

export const trueColor = (red: number, green: number, blue: number): SgrColor =>
  0x1000000 | (red << 16) | (green << 8) | blue

export const decoration = {
  bold: 1,
  dim: 2,
  italic: 4,
  underline: 8,
  reverse: 16,
  hidden: 32,
  strike: 64,
  overline: 128,
} as const

/** What SGR sequences so far make of the text that follows. `decorations` is a set of bits. */
export type SgrStyle = { fg: SgrColor; bg: SgrColor; decorations: number }

export const plainStyle: SgrStyle = { fg: defaultColor, bg: defaultColor, decorations: 0 }

export function sameStyle(a: SgrStyle, b: SgrStyle): boolean {
  return a.fg === b.fg && a.bg === b.bg && a.decorations === b.decorations
}
