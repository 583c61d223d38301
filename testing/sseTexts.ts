import fc from 'fast-check'

/**
 * Strings that mean something to a parser of server-sent events (WHATWG HTML §9.2.6), were they not inside JSON: line
 * ends, fields, comments, the byte order mark, NUL, which makes an id void, and leading spaces, one of which is dropped.
 */
export const sseTexts: readonly string[] = [
  ...['\r', '\n', '\r\n', '\n\r', '\n\n', '\r\r', '\r\n\r\n', 'a\rb', 'a\nb', 'a\r\nb', '\n\na'],
  ...['\ufeff', '\ufeffdata: x', 'a\ufeff', '\0', 'id: \0', '\u2028', '\u2029', '\u0085', '\u000b', '\u000c'],
  ...['', ' ', '  ', ' a', '  a', 'a ', '\ta', ':', '::', ':a', ': hb', 'a:b', 'a: b', 'a:b:c'],
  ...['data', 'data:', 'data: x', 'data:x\n\n', '\ndata: x\n\n', '\r\ndata: x\r\n\r\n'],
  ...['id', 'id:', 'id: ', 'id: 9', '\nid: 9\n', '\n\nid:\n\n', '\nid\n', 'id: 9\0'],
  ...['event', 'event: end', '\nevent: end\ndata: {}\n\n', '\n\nevent: caught-up\ndata: {"head":9}\n\n'],
  ...['retry', 'retry: 1', 'retry: x', '\nretry: 1\n\n', 'unknown: x', 'DATA: x', ' data: x', '\\n', '\\', '"', '"}'],
]

/** Any text that can be stored, and pieces of the above put together. */
export const sseText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
  fc.array(fc.constantFrom(...sseTexts), { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
)
