/** Code points that would move, reorder or hide text if a browser took them literally. TAB is none; LF never gets here. */
const harmfulRanges: readonly (readonly [number, number])[] = [
  [0x00, 0x08],
  [0x0a, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
]

const harmful = new RegExp(
  `[${harmfulRanges.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('')}]`,
  'u',
)

/** The end of the run of harmless characters that begins at `from`. */
export function harmlessUntil(text: string, from: number): number {
  const found = text.slice(from).search(harmful)
  return found === -1 ? text.length : from + found
}

/** A visible stand-in for a control or invisible character: ␀ for NUL, ␛ for ESC, its code point for the rest. */
export function standIn(char: string): string {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '␡'
  return `⟨${hex(code)}⟩`
}

/** A text in which every harmful character is replaced by its stand-in: for titles, names, labels and tooltips. */
export function visibleText(text: string): string {
  if (!harmful.test(text)) return text
  return Array.from(text, (char) => (harmful.test(char) ? standIn(char) : char)).join('')
}

const names: Record<number, string> = {
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  65279: 'byte order mark',
}

/** What the character is, for a tooltip: "U+202E right-to-left override". */
export function nameOf(char: string): string {
  const code = char.codePointAt(0) ?? 0
  return `U+${hex(code)} ${names[code] ?? 'control character'}`
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0')
}
