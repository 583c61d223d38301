const ESC = 0x1b

/** One escape sequence: where it ends, and what it means to a viewer that only shows text. */
export type Escape =
  | { kind: 'sgr'; parameters: string; end: number }
  | { kind: 'link'; uri: string | null; end: number }
  /** CSI K: a part of the line, seen from the cursor */
  | { kind: 'erase'; what: 'right' | 'left' | 'all'; end: number }
  /** CSI 1 G: to the start of the line, as a carriage return */
  | { kind: 'return'; end: number }
  /** moves the cursor, sets a title, writes the clipboard …: nothing a record should do */
  | { kind: 'ignored'; end: number }
  /** no whole sequence: only the ESC itself is taken */
  | { kind: 'broken'; end: number }

/**
 * Reads the escape sequence that begins at `at` (ECMA-48 §5.3-5.6). Total: any text gives an answer, none runs on past it.
 */
export function readEscape(text: string, at: number): Escape {
  const next = text[at + 1]
  if (next === '[') return readControlSequence(text, at + 2)
  if (next === ']') return readOperatingCommand(text, at + 2)
  if (next === 'P' || next === 'X' || next === '^' || next === '_') {
    const end = findTerminator(text, at + 2)
    return end === null ? { kind: 'broken', end: at + 1 } : { kind: 'ignored', end: end.after }
  }
  // nF and two-character sequences: ESC, intermediates 0x20-0x2f, one final character
  const short = /^[\x20-\x2f]*[\x30-\x7e]/.exec(text.slice(at + 1, at + 12))
  return short ? { kind: 'ignored', end: at + 1 + short[0].length } : { kind: 'broken', end: at + 1 }
}

function readControlSequence(text: string, from: number): Escape {
  let at = from
  while (at < text.length && isBetween(text.charCodeAt(at), 0x20, 0x3f)) at++
  if (!isBetween(text.charCodeAt(at), 0x40, 0x7e)) return { kind: 'broken', end: from - 1 }
  const parameters = text.slice(from, at)
  const end = at + 1
  switch (text[at]) {
    case 'm':
      return /^[\d;:]*$/.test(parameters) ? { kind: 'sgr', parameters, end } : { kind: 'ignored', end }
    case 'K': {
      const what = erased[parameters]
      return what ? { kind: 'erase', what, end } : { kind: 'ignored', end }
    }
    case 'G':
      return /^[01]?$/.test(parameters) ? { kind: 'return', end } : { kind: 'ignored', end }
    default:
      return { kind: 'ignored', end }
  }
}

/** ECMA-48 §8.3.41, by parameter */
const erased: Partial<Record<string, 'right' | 'left' | 'all'>> = { '': 'right', 0: 'right', 1: 'left', 2: 'all' }

/** OSC 8 is `ESC ] 8 ; params ; URI ST`; an empty URI closes the link. Every other command (titles, clipboard) is dropped. */
function readOperatingCommand(text: string, from: number): Escape {
  const terminator = findTerminator(text, from)
  if (terminator === null) return { kind: 'broken', end: from - 1 }
  const [command, , ...uriParts] = text.slice(from, terminator.at).split(';')
  if (command !== '8') return { kind: 'ignored', end: terminator.after }
  const uri = uriParts.join(';')
  return { kind: 'link', uri: uri === '' ? null : uri, end: terminator.after }
}

function findTerminator(text: string, from: number): { at: number; after: number } | null {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x07 || code === 0x9c) return { at, after: at + 1 }
    if (code === ESC) return text[at + 1] === '\\' ? { at, after: at + 2 } : null
  }
  return null
}

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high
}
