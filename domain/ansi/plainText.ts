import { readEscape } from '#domain/ansi/scanEscapes.ts'

/** The line's text as it is shown: what is searched and copied. */
export function plainText(line: string): string {
  if (!line.includes('\x1b') && !line.includes('\r')) return line
  let text = ''
  let at = 0
  while (at < line.length) {
    const escapeAt = line.indexOf('\x1b', at)
    text += line.slice(at, escapeAt === -1 ? undefined : escapeAt)
    if (escapeAt === -1) break
    at = readEscape(line, escapeAt).end
  }
  const whole = text.endsWith('\r') ? text.slice(0, -1) : text
  return whole.slice(whole.lastIndexOf('\r') + 1)
}
