import { type Escape, readEscape } from '#domain/ansi/scanEscapes.ts'

/** What a line is made of, from left to right. */
export type LinePiece =
  | { kind: 'text'; from: number; to: number }
  | { kind: 'escape'; from: number; sequence: Escape }
  /** the cursor went to the start of the line: a carriage return, or CSI 1 G */
  | { kind: 'return'; from: number; to: number }
  /** what the line showed so far is gone: what comes next is another state of it, also if nothing comes */
  | { kind: 'cleared'; from: number }

/**
 * Tells the pieces of a line and where a terminal would have cleared it. After a return the next text overwrites the line;
 * a return that no text follows (`\r\n`) leaves it. CSI K (ECMA-48 §8.3.41) clears what is to the right of the cursor:
 * everything after a return, nothing at the end of the text.
 *
 * A text that is shorter than what it overwrites would leave that text's end standing on a terminal; here it does not:
 * programs that overwrite pad or erase, and "Doneloading 50 %" is what nobody meant.
 */
export function scanLine(line: string, visit: (piece: LinePiece) => void): void {
  let hasText = false
  let isReturned = false
  let at = 0
  const clear = (from: number) => {
    if (hasText) visit({ kind: 'cleared', from })
    hasText = false
  }
  while (at < line.length) {
    const char = line[at]
    if (char === '\r') {
      visit({ kind: 'return', from: at, to: at + 1 })
      isReturned = true
      at++
    } else if (char === '\x1b') {
      const sequence = readEscape(line, at)
      const from = at
      at = sequence.end
      if (sequence.kind === 'return') {
        visit({ kind: 'return', from, to: at })
        isReturned = true
        continue
      }
      if (sequence.kind === 'broken') {
        if (isReturned) clear(from)
        isReturned = false
        hasText = true
      }
      visit({ kind: 'escape', from, sequence })
      if (sequence.kind === 'erase' && isErased(sequence.what, isReturned)) clear(at)
    } else {
      if (isReturned) clear(at)
      isReturned = false
      hasText = true
      const to = textEnd(line, at)
      visit({ kind: 'text', from: at, to })
      at = to
    }
  }
}

function isErased(what: 'right' | 'left' | 'all', isReturned: boolean): boolean {
  return what === 'all' || (what === 'right') === isReturned
}

function textEnd(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code === 0x0d || code === 0x1b) return at
  }
  return line.length
}
