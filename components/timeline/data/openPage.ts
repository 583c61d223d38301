import { applySgr } from '#domain/ansi/applySgr.ts'
import { plainStyle, type SgrStyle } from '#domain/ansi/style.ts'
import { styleAfter } from '#domain/ansi/styleAfter.ts'
import { type LinePage, linesPerPage } from '#domain/view/linePage.ts'

/** A line of output. */
export type Line = {
  /** counted from 0 */
  line: number
  seq: number
  /** milliseconds since the epoch */
  at: number
  /** as it was written; its beginning, if it is very long */
  text: string
  /** characters of the whole line, if `text` is its beginning */
  wholeLength: number | null
  /** in force where it begins */
  style: SgrStyle
  stream: 'stdout' | 'stderr'
  /** key of the step's run */
  scope: string
}

/** A page of lines, ready to be drawn from. */
export type OpenPage = {
  /** lines it has so far */
  count: number
  /** characters of their texts */
  size: number
  /** the nth of the page's lines; null if it has no such line yet */
  line(n: number): Line | null
  /** the place of the first line at or after an event; null if that may be on another page */
  atOrAfter(seq: number): number | null
}

export function openPage(page: LinePage): OpenPage {
  let styles: SgrStyle[] | null = null
  const { seqs } = page
  return {
    count: page.count,
    size: page.texts.reduce((size, text) => size + text.length, 0),
    line: (n) => {
      const text = page.texts[n]
      const source = page.sources[page.source[n] ?? -1]
      if (text === undefined || !source) return null
      styles ??= stylesOf(page)
      return {
        line: page.page * linesPerPage + n,
        seq: seqs[n] ?? 0,
        at: page.baseTime + (page.times[n] ?? 0),
        text,
        wholeLength: page.cut[n] ?? null,
        style: styles[n] ?? plainStyle,
        stream: source.stream,
        scope: source.scope,
      }
    },
    atOrAfter: (seq) => {
      // an event's lines may begin on the page before
      const isWithin = (page.page === 0 || (seqs[0] ?? seq) < seq) && seq <= (seqs.at(-1) ?? 0)
      return isWithin ? seqs.findIndex((each) => each >= seq) : null
    },
  }
}

/** The style at the start of each line. A colour left on in one source must not tint another. */
function stylesOf(page: LinePage): SgrStyle[] {
  const current = page.sources.map(({ style: parameters }) => {
    return parameters ? applySgr(plainStyle, parameters) : plainStyle
  })
  return page.texts.map((text, n) => {
    const source = page.source[n] ?? 0
    const style = current[source] ?? plainStyle
    if (text.includes('\x1b')) current[source] = styleAfter(text, style)
    return style
  })
}
