/** Capitals mean themselves: `Error` finds only that, `error` whatever the case (as in ripgrep and Vim). */
export function isCaseSensitive(text: string): boolean {
  return /\p{Lu}/u.test(text)
}

/** A text as a regular expression that matches it and nothing else. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/**
 * Whole names, `*` for anything. Piece by piece and not as an expression: `*a*a*a*a*b` would try every way to share a name
 * out among its stars.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const fold = isCaseSensitive(pattern) ? (name: string) => name : (name: string) => name.toLowerCase()
  const [first = '', ...rest] = fold(pattern).split(/\*+/)
  const last = rest.pop()
  if (last === undefined) return (name) => fold(name) === first
  return (name) => {
    const folded = fold(name)
    if (!folded.startsWith(first)) return false
    let at = first.length
    for (const piece of rest) {
      const found = folded.indexOf(piece, at)
      if (found === -1) return false
      at = found + piece.length
    }
    return folded.length - last.length >= at && folded.endsWith(last)
  }
}
