import type { LineChunk, LineSource } from '#domain/view/lineChunk.ts'
import { beginning } from '#domain/view/shorten.ts'

/** Lines of one page: they never change once it is full. */
export const linesPerPage = 1000
/** Characters of one line that a page holds; the whole line is in its event. */
export const pageLineCharacters = 8192

/**
 * A page of a job's output lines, in columns: item `i` of each list is line `page * 1000 + i + 1`. The end of an event's
 * text ends its line.
 */
export type LinePage = {
  /** from 0 */
  page: number
  /** it has its 1,000 lines and will be the same for ever */
  full: boolean
  /** the seq through which the page is complete: of a full one, that of its last line */
  head: number
  count: number
  /** recordedAt of the first line, in milliseconds since the epoch */
  baseTime: number
  /** milliseconds since baseTime */
  times: number[]
  /** the event that each line came with */
  seqs: number[]
  /** positions in `sources` */
  source: number[]
  /** What the lines came out of, in the order of their first lines here; `style` is in force where the page begins. */
  sources: LineSource[]
  /** without newlines; escape sequences as they came */
  texts: string[]
  /** characters of the whole line, by position, where the text is only its beginning */
  cut: Record<number, number>
}

/** The page that these chunks hold the lines of, in their order. They may hold lines of pages before and after it. */
export function makePage(page: number, chunks: readonly LineChunk[], head: number): LinePage {
  const first = page * linesPerPage
  const made = { seqs: [] as number[], at: [] as number[], source: [] as number[], texts: [] as string[] }
  const sources: LineSource[] = []
  const positions = new Map<string, number>()
  for (const chunk of chunks) {
    for (let i = Math.max(0, first - chunk.firstLine); i < chunk.texts.length; i++) {
      if (chunk.firstLine + i >= first + linesPerPage) break
      const from = chunk.sources[chunk.source[i] ?? 0]
      if (!from) continue
      const key = `${from.stream} ${from.scope}`
      let position = positions.get(key)
      if (position === undefined) {
        position = sources.push(from) - 1
        positions.set(key, position)
      }
      made.source.push(position)
      made.seqs.push(chunk.seqs[i] ?? 0)
      made.at.push(chunk.times[i] ?? 0)
      made.texts.push(chunk.texts[i] ?? '')
    }
  }
  const baseTime = made.at[0] ?? 0
  const full = made.texts.length === linesPerPage
  return {
    page,
    full,
    head: full ? (made.seqs.at(-1) ?? 0) : head,
    count: made.texts.length,
    baseTime,
    times: made.at.map((at) => at - baseTime),
    seqs: made.seqs,
    source: made.source,
    sources,
    ...cutTexts(made.texts),
  }
}

function cutTexts(texts: readonly string[]): Pick<LinePage, 'texts' | 'cut'> {
  const cut: Record<number, number> = {}
  const shown = texts.map((text, index) => {
    if (text.length <= pageLineCharacters) return text
    cut[index] = text.length
    return beginning(text, pageLineCharacters)
  })
  return { texts: shown, cut }
}

/** The first line that came with `seq` or a later event, from 1; `lines + 1` if there is none up to `head`. */
export type LineOfSeq = {
  line: number
  /** of the event that the line came with; null: there is no such line yet */
  seq: number | null
  /** lines of the job */
  lines: number
  head: number
}
