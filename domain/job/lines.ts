const NEWLINE = 0x0a

/** The bytes of a step.output text as they left the command. */
export function outputBytes(text: string, encoding: 'base64' | undefined): Uint8Array {
  if (encoding === undefined) return new TextEncoder().encode(text)
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

/** Lines and bytes of one step.output. The end of the text ends its line, so "a\nb" and "a\nb\n" both have two. */
export function countLines(text: string, encoding: 'base64' | undefined): { lines: number; bytes: number } {
  if (text === '') return { lines: 0, bytes: 0 }
  const bytes = outputBytes(text, encoding)
  let lines = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++
  return { lines: bytes.at(-1) === NEWLINE ? lines : lines + 1, bytes: bytes.length }
}

/**
 * The lines of one step.output as text, without their newlines; what is no valid UTF-8 shows as U+FFFD.
 */
export function linesOf(text: string, encoding: 'base64' | undefined): string[] {
  if (text === '') return []
  // A byte order mark in the middle of a command's output is output, not a mark.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const plain = encoding === undefined ? text : decoder.decode(outputBytes(text, encoding))
  const lines = plain.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
