import { decoration, defaultColor, type SgrColor, type SgrStyle } from '#domain/ansi/style.ts'

/** SGR code that turns each decoration on. */
const codes: readonly (readonly [bit: number, code: number])[] = [
  [decoration.bold, 1],
  [decoration.dim, 2],
  [decoration.italic, 3],
  [decoration.underline, 4],
  [decoration.reverse, 7],
  [decoration.hidden, 8],
  [decoration.strike, 9],
  [decoration.overline, 53],
]

/** The parameters of one SGR sequence that gives this style to plain text; '' for plain. applySgr takes them back. */
export function sgrOf({ fg, bg, decorations }: SgrStyle): string {
  const on = codes.filter(([bit]) => (decorations & bit) !== 0).map(([, code]) => String(code))
  return [...on, ...colorParameters(fg, 38), ...colorParameters(bg, 48)].join(';')
}

function colorParameters(color: SgrColor, code: 38 | 48): string[] {
  if (color === defaultColor) return []
  if (color < 0x1000000) return [`${code};5;${color}`]
  return [`${code};2;${(color >> 16) & 255};${(color >> 8) & 255};${color & 255}`]
}
