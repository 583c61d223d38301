import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applySgr } from '#domain/ansi/applySgr.ts'
import { sgrOf } from '#domain/ansi/sgrOf.ts'
import { plainStyle, type SgrStyle } from '#domain/ansi/style.ts'
import { styleAfter } from '#domain/ansi/styleAfter.ts'
import { decodeChunk, encodeChunk, type LineChunk } from '#domain/view/lineChunk.ts'
import { LineFold, noLines, type OutputLines } from '#domain/view/lineFold.ts'
import { type LinePage, linesPerPage, makePage, pageLineCharacters } from '#domain/view/linePage.ts'
import { pairsOf } from '#domain/view/seqRuns.ts'
import { beginning } from '#domain/view/shorten.ts'

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('plain', '', '\x1b[31mred', 'bold\x1b[1m', '\x1b[0mreset', '\x1b[48;5;9mx') },
  { weight: 1, arbitrary: fc.constantFrom('y'.repeat(100_000), 'é😀'.repeat(4000)) },
)
const output = fc
  .tuple(
    fc.oneof(
      fc.array(line, { maxLength: 5 }),
      fc.integer({ min: 300, max: 2600 }).map((n) => Array(n).fill('many')),
    ),
    fc.constantFrom('1/1/a', '1/1/b', '1/2/a'),
    fc.constantFrom('stdout' as const, 'stderr' as const),
  )
  .map(([lines, scope, stream]) => ({ lines: lines as string[], scope, stepId: scope.slice(4), stream }))
/** Other events stand between the outputs: seqs go up by two. */
const outputs = fc
  .array(output, { maxLength: 14 })
  .map((list) => list.map((item, at): OutputLines => ({ ...item, seq: 2 * at + 2, at: 5000 + 7 * at })))

/** The chunks of all outputs, the work interrupted after those in `stops`. */
function fold(list: readonly OutputLines[], stops: ReadonlySet<number>, always: boolean) {
  let lines = new LineFold(noLines())
  const closed: LineChunk[] = []
  const load = () => {
    const seqs = [...pairsOf(lines.state.open)]
    lines.load(list.filter(({ seq }) => seqs.some(([first, last]) => first <= seq && seq <= last)))
  }
  for (const [at, item] of list.entries()) {
    if (stops.has(at)) {
      lines = new LineFold(JSON.parse(JSON.stringify(lines.state)))
      if (always) load()
    }
    const characters = item.lines.reduce((sum, text) => sum + text.length, 0)
    if (lines.needsTexts(item.lines.length, characters)) load()
    closed.push(...lines.add(item))
  }
  const total = lines.lines
  if (!lines.openChunk()) load()
  return { closed, open: lines.openChunk(), total, state: lines.state }
}

const stops = fc.array(fc.nat({ max: 13 })).map((list) => new Set(list))

describe('lines in chunks', () => {
  test('are the same wherever the work was interrupted', () => {
    fc.assert(
      fc.property(outputs, stops, fc.boolean(), (list, interrupted, always) => {
        expect(fold(list, interrupted, always)).toEqual(fold(list, new Set(), false))
      }),
      { numRuns: 60 },
    )
  })

  test('are all lines in their order, each with its event, time and source, and no chunk crosses a page', () => {
    fc.assert(
      fc.property(outputs, (list) => {
        const { closed, open, total } = fold(list, new Set(), false)
        const chunks = open ? [...closed, open] : closed
        const found = chunks.flatMap(({ texts, seqs, times, source, sources }) =>
          texts.map((text, at) => {
            const { scope, stepId, stream } = sources[source[at] ?? -1] ?? {}
            return { text, seq: seqs[at], at: times[at], scope, stepId, stream }
          }),
        )
        const expected = list.flatMap(({ lines, ...rest }) => lines.map((text) => ({ text, ...rest })))
        expect(found).toEqual(expected)
        expect(total).toBe(expected.length)
        for (const { firstLine, texts } of chunks) {
          expect((firstLine % linesPerPage) + texts.length).toBeLessThanOrEqual(linesPerPage)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('come back from their text as they were', () => {
    fc.assert(
      fc.property(outputs, (list) => {
        const { closed, open } = fold(list, new Set(), false)
        for (const chunk of open ? [...closed, open] : closed) expect(decodeChunk(encodeChunk(chunk))).toEqual(chunk)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a page', () => {
  const pagesOf = (list: readonly OutputLines[]): LinePage[] => {
    const { closed, open, total } = fold(list, new Set(), false)
    const chunks = open ? [...closed, open] : closed
    return Array.from({ length: Math.ceil(total / linesPerPage) }, (_, page) => {
      const first = page * linesPerPage
      const isIn = ({ firstLine }: LineChunk) => Math.floor(firstLine / linesPerPage) === page
      // Whatever else is given with them does not matter.
      return makePage(page, first % 2000 === 0 ? chunks : chunks.filter(isIn), 99)
    })
  }

  test('after page, they are all lines; every page but the last is full', () => {
    fc.assert(
      fc.property(outputs, (list) => {
        const pages = pagesOf(list)
        const texts = pages.flatMap((page) => page.texts)
        const whole = list.flatMap(({ lines }) => lines)
        expect(texts).toEqual(whole.map((text) => beginning(text, pageLineCharacters)))
        expect(pages.slice(0, -1).every((page) => page.full && page.head === page.seqs.at(-1))).toBe(true)
        for (const { count, texts, times, seqs, source } of pages) {
          expect([texts, times, seqs, source].map((column) => column.length)).toEqual([count, count, count, count])
        }
      }),
      { numRuns: 60 },
    )
  })

  test('knows the style that each source comes into it with', () => {
    fc.assert(
      fc.property(outputs, (list) => {
        const current = new Map<string, SgrStyle>()
        for (const page of pagesOf(list)) {
          for (const { scope, stream, style } of page.sources) {
            expect(style).toBe(sgrOf(current.get(`${scope} ${stream}`) ?? plainStyle))
          }
          for (const [at, text] of page.texts.entries()) {
            const from = page.sources[page.source[at] ?? -1]
            if (!from) throw new Error('A line has no source.')
            const key = `${from.scope} ${from.stream}`
            current.set(key, styleAfter(text, current.get(key) ?? applySgr(plainStyle, from.style || '0')))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('forgets a colour once it was taken back, however many pages ago it was set', () => {
    const page = (first: string) => [first, ...Array<string>(linesPerPage - 1).fill('plain')]
    const texts = [page('\x1b[1;31mred'), page('red still'), page('\x1b[0mplain again'), page('plain')]
    const list = texts.map((lines, at): OutputLines => {
      return { seq: at + 2, at: 1, scope: 's', stepId: 's', stream: 'stdout', lines }
    })
    expect(pagesOf(list).map(({ sources }) => sources.map(({ style }) => style))).toEqual([
      [''],
      ['1;38;5;1'],
      ['1;38;5;1'],
      [''],
    ])
  })

  test('says which lines are only beginnings, and how long they are', () => {
    const lines = ['short', 'z'.repeat(pageLineCharacters), `${'z'.repeat(pageLineCharacters - 1)}😀`]
    const [page] = pagesOf([{ seq: 2, at: 1, scope: 's', stepId: 's', stream: 'stdout', lines }])
    expect(page?.cut).toEqual({ 2: pageLineCharacters + 1 })
    expect(page?.texts[2]).toBe('z'.repeat(pageLineCharacters - 1))
  })
})
