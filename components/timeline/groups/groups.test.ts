import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GroupFold } from '#components/timeline/groups/groupFold.ts'
import { HiddenLines } from '#components/timeline/groups/hiddenLines.ts'
import { readMarkers } from '#components/timeline/groups/readMarkers.ts'
import { plainText } from '#domain/ansi/plainText.ts'

const alone = () => null
const markersOf = (lines: string[], n: number) => readMarkers(lines[n] ?? '', (by) => lines[n + by] ?? null)
/** Titles of the groups that a line begins. */
const titles = (line: string) =>
  readMarkers(line, alone)
    .filter(({ kind }) => kind === 'start')
    .map(({ skip }) => plainText(line).slice(skip))

describe('markers', () => {
  test('are read as each CI writes them, coloured or not', () => {
    expect(titles('::group::Run tests')).toEqual(['Run tests'])
    expect(titles('##[group]Run actions/checkout@v4\r')).toEqual(['Run actions/checkout@v4'])
    expect(titles('\x1b[36m::group::Blue\x1b[0m')).toEqual(['Blue'])
    expect(titles('section_start:1560896352:step_script[collapsed=true]\r\x1b[0K\x1b[1mScript\x1b[0m')).toEqual([
      'Script',
    ])
    expect(titles('--- :npm: Install')).toEqual([':npm: Install'])
    expect(titles('+++ Deploy')).toEqual(['Deploy'])
    expect(readMarkers('::endgroup::', alone)).toMatchObject([{ kind: 'end', family: 'command' }])
    expect(readMarkers('##[endgroup]', alone)).toMatchObject([{ kind: 'end', family: 'command' }])
    expect(
      readMarkers('section_end:1:a\r\x1b[0Ksection_start:2:b-c.d\r\x1b[0KNext', alone).map(({ kind, name }) => [
        kind,
        name,
      ]),
    ).toEqual([
      ['end', 'a'],
      ['start', 'b-c.d'],
    ])
  })

  test('are not seen in diffs, test results, rulers and talk', () => {
    for (const line of [
      '--- a/src/x.ts',
      '+++ b/src/x.ts',
      '--- /dev/null',
      '--- old.txt\t2026-11-22 06:00:00',
      '--- FAIL: TestCart (0.00s)',
      '--- example.com ping statistics ---',
      '---',
      '------ a ruler',
      'echo "::group::x"',
      'section_start:1:name without its return',
    ]) {
      expect(readMarkers(line, alone), line).toEqual([])
    }
    const diff = ['--- Expected', '+++ Actual', '@@ -1 +1 @@']
    expect(diff.flatMap((_, n) => markersOf(diff, n))).toEqual([])
    expect(markersOf(['--- Hooks', '+++ Command', 'sh run'], 1)).toHaveLength(1)
  })
})

/** What a fold of line 0 hides of lines that are all of one step, or of the step that their first letter names. */
function hiddenOf(lines: string[], scopes: string[] = []): { lines: number[]; isOver: boolean } {
  const at = (line: number) => ({ line, scope: scopes[line] ?? 's', markers: markersOf(lines, line) })
  const start = at(0).markers.findLast(({ kind }) => kind === 'start')
  if (!start) throw new Error('line 0 begins no group')
  const fold = new GroupFold(at(0), start)
  for (let line = 1; line < lines.length; line++) fold.add(at(line))
  return { lines: fold.spans.flatMap(({ first, end }) => range(first, end)), isOver: fold.isOver }
}

const range = (first: number, end: number) => Array.from({ length: end - first }, (_, n) => first + n)

describe('a folded group', () => {
  test('hides its lines and its end, nested groups included', () => {
    const nested = ['::group::a', '1', '::group::b', '2', '::endgroup::', '3', '::endgroup::', 'after']
    expect(hiddenOf(nested)).toEqual({ lines: range(1, 7), isOver: true })
  })

  test('ends where the section of its name ends, and leaves the header of the next', () => {
    const start = (name: string) => `section_start:1:${name}\r\x1b[0K${name}`
    const end = (name: string) => `section_end:1:${name}\r\x1b[0K`
    expect(hiddenOf([start('a'), '1', start('b'), end('b'), end('a'), 'after']).lines).toEqual(range(1, 5))
    expect(hiddenOf([start('a'), '1', end('a') + start('b'), '2']).lines).toEqual([1])
  })

  test('ends at the next header', () => {
    expect(hiddenOf(['--- a', '1', '::group::x', '2', '+++ b', '3'])).toEqual({ lines: [1, 2, 3], isOver: true })
  })

  test('leaves what other steps wrote meanwhile, and is not over before its end', () => {
    const lines = ['::group::a', '1', '::endgroup::', '2']
    expect(hiddenOf(lines, ['s', 's', 'other', 's'])).toEqual({ lines: [1, 3], isOver: false })
  })
})

describe('rows', () => {
  const spans = fc.array(
    fc.tuple(fc.nat(60), fc.nat(8)).map(([first, length]) => ({ first, end: first + length })),
    { maxLength: 8 },
  )

  test('show the lines that are not hidden, in their order', () => {
    fc.assert(
      fc.property(spans, (hiddenSpans) => {
        const hidden = new HiddenLines(hiddenSpans)
        const shown = range(0, 80).filter((line) => !hiddenSpans.some(({ first, end }) => first <= line && line < end))
        expect(range(0, 80).filter((line) => !hidden.has(line))).toEqual(shown)
        expect(shown.map((_, row) => hidden.lineAt(row))).toEqual(shown)
        for (const line of range(0, 80)) {
          expect(hidden.rowOf(line)).toBe(shown.filter((other) => other < line).length)
        }
      }),
    )
  })

  test('are told as spans', () => {
    fc.assert(
      fc.property(spans, fc.nat(30), fc.nat(30), (hiddenSpans, first, length) => {
        const hidden = new HiddenLines(hiddenSpans)
        const told = hidden.shownIn(first, first + length)
        expect(told.flatMap((span) => range(span.first, span.end))).toEqual(
          range(first, first + length).map((row) => hidden.lineAt(row)),
        )
        expect(told.every((span, n) => n === 0 || span.first > (told[n - 1]?.end ?? 0))).toBe(true)
      }),
    )
  })
})
