import { scanLine } from '#domain/ansi/scanLine.ts'

/** The line's text as it is shown: what is searched and copied. */
export function plainText(line: string): string {
  if (!line.includes('\x1b')) {
    if (!line.includes('\r')) return line
    let end = line.length
    while (line[end - 1] === '\r') end--
    return line.slice(line.lastIndexOf('\r', end - 1) + 1, end)
  }
  let text = ''
  scanLine(line, (piece) => {
    if (piece.kind === 'text') text += line.slice(piece.from, piece.to)
    if (piece.kind === 'cleared') text = ''
  })
  return text
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
