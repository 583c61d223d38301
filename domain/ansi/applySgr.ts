import { decoration, defaultColor, plainStyle, type SgrStyle, trueColor } from '#domain/ansi/style.ts'

const { bold, dim, italic, underline, reverse, hidden, strike, overline } = decoration

const switches: Record<number, { on?: number; off?: number }> = {
  1: { on: bold },
  2: { on: dim },
  3: { on: italic },
  4: { on: underline },
  7: { on: reverse },
  8: { on: hidden },
  9: { on: strike },
  21: { on: underline },
  22: { off: bold | dim },
  23: { off: italic },
  24: { off: underline },
  27: { off: reverse },
  28: { off: hidden },
  29: { off: strike },
  53: { on: overline },
  55: { off: overline },
}

/**
 * The style after one SGR sequence (ECMA-48 §8.3.117), given its parameters: the text between `ESC [` and `m`.
 * An empty parameter is 0; `38:2::r:g:b` (ITU T.416) and `38;2;r;g;b` both name a colour; what is unknown changes nothing.
 */
export function applySgr(style: SgrStyle, parameters: string): SgrStyle {
  let next = { ...style }
  const groups = parameters.split(';')
  for (let at = 0; at < groups.length; at++) {
    const [first = '', ...colonParts] = (groups[at] ?? '').split(':')
    const code = Number(first)
    if (code === 0) next = { ...plainStyle }
    else if (code === 38 || code === 48) {
      const inColons = colonParts.length > 0
      const { color, used } = readColor(inColons ? colonParts : groups.slice(at + 1, at + 5), inColons)
      if (!inColons) at += used
      if (color !== null) next[code === 38 ? 'fg' : 'bg'] = color
    } else if (code === 4 && colonParts[0] === '0') next.decorations &= ~underline
    else next = applyCode(next, code)
  }
  return next
}

function applyCode(style: SgrStyle, code: number): SgrStyle {
  const change = switches[code]
  if (change) return { ...style, decorations: (style.decorations & ~(change.off ?? 0)) | (change.on ?? 0) }
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 }
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 }
  if (code >= 90 && code <= 97) return { ...style, fg: code - 90 + 8 }
  if (code >= 100 && code <= 107) return { ...style, bg: code - 100 + 8 }
  if (code === 39) return { ...style, fg: defaultColor }
  if (code === 49) return { ...style, bg: defaultColor }
  return style
}

/** `used`: how many semicolon parameters belong to the colour; taken for styles they would turn on blink or italics. */
function readColor(parts: string[], inColons: boolean): { color: number | null; used: number } {
  if (parts[0] === '5') {
    const index = byte(parts[1])
    return { color: index, used: 2 }
  }
  if (parts[0] === '2') {
    // 38:2:<colour space>:r:g:b has one part more than 38;2;r;g;b
    const [red, green, blue] = parts.slice(inColons && parts.length > 4 ? 2 : 1).map(byte)
    const whole = red != null && green != null && blue != null
    return { color: whole ? trueColor(red, green, blue) : null, used: 4 }
  }
  return { color: null, used: 0 }
}

function byte(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,3}$/.test(text)) return null
  const value = Number(text)
  return value <= 255 ? value : null
}
