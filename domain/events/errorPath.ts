import { jsonPointer } from '#domain/redaction/jsonPointer.ts'

/** Characters of one key that an error shows: a client may send a key of megabytes. */
const SHOWN_CHARACTERS = 60

/**
 * Where in a request an error lies, as a JSON Pointer (RFC 6901); '' is the whole. The keys are the client's, so they are
 * cut, and what no log or database can keep (NUL, half a surrogate pair) is shown as something else.
 */
export function errorPath(segments: readonly string[]): string {
  return jsonPointer(segments.map(shown))
}

function shown(key: string): string {
  const cut = key.length > SHOWN_CHARACTERS ? `${key.slice(0, SHOWN_CHARACTERS)}…` : key
  return cut.toWellFormed().replaceAll('\0', '\u2400')
}
