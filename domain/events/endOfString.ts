const BACKSLASH = 0x5c

/** The closing quote of the JSON string that opens here: the first one after an even number of backslashes. */
export function endOfString(text: string, opening: number): number {
  let at = opening
  for (;;) {
    at = text.indexOf('"', at + 1)
    if (at === -1) return text.length
    let backslashes = 0
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return at
  }
}
