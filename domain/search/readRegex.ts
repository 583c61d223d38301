import type { Condition, RegexFlags } from '#domain/search/query.ts'
import { wordEnd } from '#domain/search/readQuoted.ts'
import type { Reading } from '#domain/search/readTerm.ts'

const flagsByText: Record<string, RegexFlags> = { '': '', i: 'i', u: 'u', iu: 'iu', ui: 'iu' }

/** Reads the regular expression whose `/` is at `at`. */
export function readRegex(text: string, at: number): Reading<Condition> {
  const close = findSlash(text, at + 1)
  if (close === null) {
    const message = 'The regular expression is not closed: a / is missing. To find a path, put it in quotes.'
    return { error: { from: at, to: text.length, message, expected: ['/'] }, end: text.length }
  }
  const source = text.slice(at + 1, close)
  const end = wordEnd(text, close + 1)
  const flags = flagsByText[text.slice(close + 1, end)]
  if (flags === undefined) {
    const message =
      'After the closing / come the flags i, u or none. A / inside is written \\/; to find a path, put it in quotes.'
    return { error: { from: close + 1, to: end, message, expected: ['i', 'u', 'a space'] }, end }
  }
  if (source === '') {
    const message = 'There is nothing between the slashes.'
    return { error: { from: at, to: close + 1, message, expected: ['a regular expression'] }, end }
  }
  const problem = problemOf(source, flags)
  if (problem === null) return { value: { field: 'regex', source, flags }, end }
  return {
    error: { from: at, to: close + 1, message: `This is no regular expression: ${problem}.`, expected: [] },
    end,
  }
}

/** The slash that closes: not behind a backslash, not in a class, where JavaScript lets it stand for itself. */
function findSlash(text: string, from: number): number | null {
  let isClass = false
  for (let i = from; i < text.length; i++) {
    const char = text[i]
    if (char === '\\') i++
    else if (char === '[') isClass = true
    else if (char === ']') isClass = false
    else if (char === '/' && !isClass) return i
  }
  return null
}

/** What the engine says, without the expression, which the reader has before their eyes. */
function problemOf(source: string, flags: string): string | null {
  try {
    new RegExp(source, flags)
    return null
  } catch (error) {
    const { message } = error as SyntaxError
    return message.slice(message.lastIndexOf(': ') + 2)
  }
}
