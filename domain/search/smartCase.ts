/** Capitals mean themselves: `Error` finds only that, `error` whatever the case (as in ripgrep and Vim). */
export function isCaseSensitive(text: string): boolean {
  return /\p{Lu}/u.test(text)
}

/** A text as a regular expression that matches it and nothing else. */
export function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** Whole names, `*` for anything. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const source = pattern.split(/\*+/).map(escapeRegex).join('.*')
  const whole = new RegExp(`^${source}$`, isCaseSensitive(pattern) ? 'su' : 'isu')
  return (name) => whole.test(name)
}
