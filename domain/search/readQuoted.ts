import type { Reading } from '#domain/search/readTerm.ts'

/** Where the word that begins at `at` ends: at the next space, or with the text. */
export function wordEnd(text: string, at: number): number {
  let end = at
  while (end < text.length && !/\s/.test(text[end] ?? '')) end++
  return end
}

/** Reads the quoted text whose `"` is at `at`; `end` is behind the closing one. `\"` and `\\` stand for `"` and `\`. */
export function readQuoted(text: string, at: number): Reading<string> {
  let value = ''
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i] ?? ''
    if (char === '"') {
      if (value !== '') return { value, end: i + 1 }
      const message = 'There is nothing between the quotes.'
      return { error: { from: at, to: i + 1, message, expected: ['a text'] }, end: i + 1 }
    }
    const next = text[i + 1]
    const isEscape = char === '\\' && (next === '"' || next === '\\')
    value += isEscape ? next : char
    if (isEscape) i++
  }
  const message = 'The quote is not closed: a " is missing at the end.'
  return { error: { from: at, to: text.length, message, expected: ['"'] }, end: text.length }
}

export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}
