import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLine, shownCharacters } from '#components/timeline/ansi/readLine.ts'
import { safeLink } from '#components/timeline/ansi/safeLink.ts'
import { nameOf, standIn, visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { applySgr } from '#domain/ansi/applySgr.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import { decoration, plainStyle, trueColor } from '#domain/ansi/style.ts'
import { styleAfter } from '#domain/ansi/styleAfter.ts'

const shownText = (line: string) =>
  readLine(line, plainStyle).segments.map((segment) => (segment.control ? standIn(segment.text) : segment.text))

describe('SGR', () => {
  test('reads the sixteen, the table and true colour, with semicolons and with colons', () => {
    expect(applySgr(plainStyle, '31').fg).toBe(1)
    expect(applySgr(plainStyle, '97;104')).toMatchObject({ fg: 15, bg: 12 })
    expect(applySgr(plainStyle, '38;5;208').fg).toBe(208)
    expect(applySgr(plainStyle, '48;2;1;2;3').bg).toBe(trueColor(1, 2, 3))
    expect(applySgr(plainStyle, '38:2::255:128:0').fg).toBe(trueColor(255, 128, 0))
    expect(applySgr(plainStyle, '38:5:99').fg).toBe(99)
  })

  test('takes an empty parameter for a reset, and applies parameters in their order', () => {
    const red = applySgr(plainStyle, '1;31')
    expect(applySgr(red, '')).toEqual(plainStyle)
    expect(applySgr(red, '0;32')).toEqual({ ...plainStyle, fg: 2 })
    expect(applySgr(plainStyle, '32;0')).toEqual(plainStyle)
  })

  test('does not read the parts of a colour as styles of their own', () => {
    expect(applySgr(plainStyle, '38;5;4;1')).toEqual({ fg: 4, bg: -1, decorations: decoration.bold })
    expect(applySgr(plainStyle, '38;2;4;4;4').decorations).toBe(0)
    expect(applySgr(plainStyle, '38;5;999').fg).toBe(-1)
  })

  test('turns bold and dim off together', () => {
    expect(applySgr(applySgr(plainStyle, '1;2;4'), '22').decorations).toBe(decoration.underline)
  })
})

describe('a line', () => {
  test('becomes segments of one style each', () => {
    const { segments, style } = readLine('ok \x1b[32m✓ 12\x1b[39m done\x1b[1m', plainStyle)
    expect(segments.map(({ text, style: { fg } }) => [text, fg])).toEqual([
      ['ok ', -1],
      ['✓ 12', 2],
      [' done', -1],
    ])
    expect(style.decorations).toBe(decoration.bold)
  })

  test('shows the last state of a line that was overwritten, and says how often', () => {
    const { segments, overwritten } = readLine('10%\r50%\r\x1b[32m100%\r', plainStyle)
    expect(segments.map((segment) => segment.text)).toEqual(['100%'])
    expect(overwritten).toBe(2)
    expect(plainText('10%\r50%\r\x1b[32m100%\r')).toBe('100%')
  })

  test('leaves a line alone that a carriage return only ends', () => {
    for (const end of ['\r', '\r\r', '\r\x1b[0m']) {
      expect(readLine(`done${end}`, plainStyle)).toMatchObject({ segments: [{ text: 'done' }], overwritten: 0 })
      expect(plainText(`done${end}`)).toBe('done')
    }
  })

  test('erases what a sequence erases, and only that', () => {
    for (const erased of [
      '50%\r\x1b[K',
      '50%\r\x1b[0K',
      '50%\x1b[2K',
      '50%\x1b[2K\r',
      '50%\x1b[1K\r',
      '50%\x1b[1G\x1b[K',
    ]) {
      expect(readLine(erased, plainStyle)).toMatchObject({ segments: [], overwritten: 1 })
      expect(plainText(erased)).toBe('')
      expect(plainText(`${erased}done`)).toBe('done')
    }
    // grep and gcc end each colour with an erasure of what is to the right
    expect(plainText('\x1b[31m\x1b[Kerror:\x1b[m\x1b[K unused')).toBe('error: unused')
    expect(plainText('left\x1b[1Gright')).toBe('right')
  })

  test('tells the earlier states of a line in their order', () => {
    const states: string[] = []
    readLine('1%\r\x1b[31m2%\r\x1b[K3%', plainStyle, (segments) => {
      states.push(segments.map(({ text, style: { fg } }) => `${text} ${fg}`).join())
    })
    expect(states).toEqual(['1% -1', '2% 1'])
  })

  test('drops what moves the cursor, sets the title or writes the clipboard', () => {
    expect(shownText('a\x1b[2J\x1b[7Gb\x1b]0;title\x07c\x1b]52;c;ZXZpbA==\x07d\x1b(Be\x1bP1;2|x\x1b\\f').join('')).toBe(
      'abcdef',
    )
  })

  test('shows control, bidi and invisible characters as stand-ins', () => {
    expect(shownText('a\x00b\x07\u202e\u2028\u009b\x7f')).toEqual([
      'a',
      '␀',
      'b',
      '␇',
      '⟨202E⟩',
      '⟨2028⟩',
      '⟨009B⟩',
      '␡',
    ])
    expect(nameOf('\u202e')).toBe('U+202E right-to-left override')
  })

  test('shows the ESC of a sequence that never ends and keeps the text after it', () => {
    expect(shownText('\x1b]8;;https://x').join('')).toBe('␛]8;;https://x')
    expect(shownText('\x1b[31').join('')).toBe('␛[31')
  })

  test('links only to the web', () => {
    const link = (uri: string) => readLine(`\x1b]8;;${uri}\x1b\\text\x1b]8;;\x1b\\ after`, plainStyle).segments
    expect(link('https://example.com/a;b')[0]?.href).toBe('https://example.com/a;b')
    expect(link('https://example.com')[1]?.href).toBeNull()
    for (const uri of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'https://bank.example@evil.example/',
      'vscode://x',
    ]) {
      expect(link(uri)[0]?.href, uri).toBeNull()
    }
    expect(safeLink('HTTPS://EXAMPLE.com')).toBe('https://example.com/')
  })

  test('draws no more than the limit and says how much it left out', () => {
    const { segments, cut } = readLine('x'.repeat(shownCharacters + 41), plainStyle)
    expect(segments.map((segment) => segment.text.length)).toEqual([shownCharacters])
    expect(cut).toBe(41)
  })

  test('reads any text to its end, never showing a raw control character, and agrees with styleAfter', () => {
    const piece = fc.constantFrom(
      '\x1b',
      '[',
      ']',
      '8',
      ';',
      'm',
      '31',
      '\x07',
      '\\',
      'a',
      '\r',
      'K',
      'G',
      '1',
      '2',
      '\u202e',
      '\x9c',
      ':',
      '🙂',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const line = pieces.join('')
        const read = readLine(line, plainStyle)
        for (const segment of read.segments) {
          const shown = segment.control ? standIn(segment.text) : segment.text
          expect(visibleText(shown)).toBe(shown)
        }
        expect(read.style).toEqual(styleAfter(line, plainStyle))
        // what is searched is what is shown: a stand-in for a lonely ESC is none of the line's text
        const text = read.segments.flatMap((segment) => (segment.text === '\x1b' ? [] : [segment.text])).join('')
        expect(text).toBe(plainText(line))
      }),
      { numRuns: 2000 },
    )
  })
})
