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

const ESC = '\x1b'
const colour = new RegExp(`${ESC}\\[[\\d;:]*m`, 'g')

/**
 * The visible text of many lines at once, with newlines between them as before: what `plainText` gives line by line, in a
 * third of the time where there are colours only.
 */
export function plainLines(lines: string): string {
  if (!lines.includes('\r')) {
    const bare = lines.includes('\x1b') ? lines.replace(colour, '') : lines
    // An escape that is left could have been joined from two parts by what was taken out between them.
    if (!bare.includes('\x1b')) return bare
  }
  return lines.split('\n').map(plainText).join('\n')
}
