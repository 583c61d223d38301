import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTerminalFilter } from '#cli/tail/terminalFilter.ts'

const ESC = '\u001b'
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ESC,
        `${ESC}[`,
        `${ESC}]`,
        '\u009b',
        '\u009d',
        '\u0007',
        `${ESC}\\`,
        'm',
        ';',
        '31',
        '\n',
        '\u0000',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

/** What may be left: no control character but these, and no ESC but that of a colour. */
function isHarmless(shown: string): boolean {
  const rest = shown.replaceAll(/\p{Cc}\[[\d;:]*m/gu, '').replaceAll(/[\t\n\r\b]/g, '')
  return !/\p{Cc}/u.test(rest)
}

describe('the terminal filter', () => {
  it('lets nothing through that a terminal would obey, whatever the output holds', () => {
    fc.assert(fc.property(hostile, fc.boolean(), (text, colours) => isHarmless(createTerminalFilter(colours)(text))))
  })

  it('shows the same wherever the output is cut into events', () => {
    fc.assert(
      fc.property(hostile, fc.nat(), (text, at) => {
        const cut = text.length === 0 ? 0 : at % text.length
        const inTwo = createTerminalFilter(true)
        expect(inTwo(text.slice(0, cut)) + inTwo(text.slice(cut))).toBe(createTerminalFilter(true)(text))
      }),
    )
  })

  it.each([
    ['colours', `${ESC}[1;31mred${ESC}[0m`, `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['a title', `a${ESC}]0;owned\u0007b`, 'ab', 'ab'],
    ['the clipboard', `a${ESC}]52;c;ZXZpbA==${ESC}\\b`, 'ab', 'ab'],
    ['a link', `${ESC}]8;;http://x\u0007text${ESC}]8;;\u0007`, 'text', 'text'],
    ['cursor moves', `${ESC}[2Aup${ESC}[2K`, 'up', 'up'],
    ['a device query', `${ESC}[c${ESC}Pq#0${ESC}\\x`, 'x', 'x'],
    ['a private colour sequence', `${ESC}[>4;2mx`, 'x', 'x'],
    ['a progress bar', '10%\r20%\b\b\n', '10%\r20%\b\b\n', '10%\r20%\b\b\n'],
    ['a string that never ends', `${ESC}]0;title\nnext line`, '\nnext line', '\nnext line'],
  ])('treats %s', (_, text, coloured, plain) => {
    expect(createTerminalFilter(true)(text)).toBe(coloured)
    expect(createTerminalFilter(false)(text)).toBe(plain)
  })
})
