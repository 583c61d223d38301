import { contrast, mix, parseHex, type Rgb, readable, toHex } from '#components/timeline/ansi/contrast.ts'
import { decoration, defaultColor, type SgrColor, type SgrStyle } from '#domain/ansi/style.ts'

export type Theme = 'light' | 'dark'

/** A style as one theme draws it; null where the surface shows through. */
export type Ink = { color: string | null; background: string | null }

/** WCAG 2.2, 1.4.3: text of this size is legible from here on. */
const floor = 4.5

type Palette = {
  surface: Rgb
  /** of what tints a row (selected, found, new, under the pointer), the tint that is hardest to read on */
  tinted: Rgb
  text: Rgb
  named: readonly Rgb[]
}

const palettes: Record<Theme, Palette> = {
  light: {
    surface: parseHex('#ffffff'),
    tinted: parseHex('#e8f0fd'),
    text: parseHex('#14181f'),
    named: [
      '#14181f',
      '#b90015',
      '#08744c',
      '#8a5a00',
      '#1a5dc3',
      '#930d87',
      '#006b7a',
      '#5b6472',
      '#667085',
      '#d1242f',
      '#0b7f54',
      '#9a6700',
      '#2a6ad8',
      '#b0279f',
      '#0a7786',
      '#3a424e',
    ].map(parseHex),
  },
  dark: {
    surface: parseHex('#0b0d10'),
    tinted: parseHex('#423715'),
    text: parseHex('#e6eaf0'),
    named: [
      '#8b95a5',
      '#ff6b66',
      '#5fd68f',
      '#ebb93f',
      '#4fb0ff',
      '#d58bdd',
      '#4fd1d9',
      '#c8d0db',
      '#8590a2',
      '#ff8a85',
      '#adf9c6',
      '#f6d57a',
      '#7dc4ff',
      '#e6adec',
      '#8ce8ec',
      '#ffffff',
    ].map(parseHex),
  },
}

/** The greys of the sixteen: on a coloured background they mean "the text", whatever the theme made of them. */
const greys = new Set<SgrColor>([defaultColor, 0, 7, 8, 15])

/**
 * The colours a theme draws a style with: the theme's own for the sixteen, the colour itself for the table and true colour,
 * lightened or darkened as far as it must be to be read.
 */
export function inkOf(style: SgrStyle, theme: Theme): Ink {
  const palette = palettes[theme]
  const reversed = (style.decorations & decoration.reverse) !== 0
  const fg = reversed ? style.bg : style.fg
  const bg = reversed ? style.fg : style.bg
  const background = bg === defaultColor ? (reversed ? palette.text : null) : rgbOf(bg, palette)
  const behind = background ?? palette.surface
  const least = background ?? palette.tinted
  const isPlain = background === null && fg === defaultColor
  const dim = (style.decorations & decoration.dim) !== 0
  if (isPlain && !dim) return { color: null, background: null }
  const base = background !== null && greys.has(fg) ? strongest(behind) : rgbOf(fg, palette)
  const color = readable(dim ? mix(base, behind, 0.4) : base, least, floor)
  return { color: toHex(color), background: background && toHex(background) }
}

function strongest(background: Rgb): Rgb {
  const black: Rgb = [11, 13, 16]
  const white: Rgb = [255, 255, 255]
  return contrast(white, background) >= contrast(black, background) ? white : black
}

function rgbOf(color: SgrColor, palette: Palette): Rgb {
  if (color === defaultColor) return palette.text
  if (color >= 0x1000000) return [(color >> 16) & 255, (color >> 8) & 255, color & 255]
  return palette.named[color] ?? tableColor(color)
}

/** xterm's table: 16-231 a cube of six levels, 232-255 greys. */
function tableColor(index: number): Rgb {
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10
    return [grey, grey, grey]
  }
  const at = index - 16
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40)
  return [level(Math.floor(at / 36)), level(Math.floor(at / 6) % 6), level(at % 6)]
}
