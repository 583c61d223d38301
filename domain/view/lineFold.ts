import { applySgr } from '#domain/ansi/applySgr.ts'
import { sgrOf } from '#domain/ansi/sgrOf.ts'
import { plainStyle } from '#domain/ansi/style.ts'
import { styleAfter } from '#domain/ansi/styleAfter.ts'
import type { LineChunk, LineSource } from '#domain/view/lineChunk.ts'
import { linesPerPage } from '#domain/view/linePage.ts'
import { addToRuns } from '#domain/view/seqRuns.ts'

/** Characters after which a chunk ends although its page is not full: a page of 64 KiB lines would be 64 MB at once. */
const chunkCharacters = 256 * 1024

/** How far a job's lines are in chunks. The lines of the open chunk are not here but in their events. */
export type LineState = {
  /** lines in chunks that are closed */
  closed: number
  /** output that the open chunk is made from (seqRuns.ts) */
  open: number[]
  /** lines of the first of them that are in closed chunks */
  skip: number
  openLines: number
  openCharacters: number
  /** SGR parameters that each source ends with in the closed chunks, by sourceKey; plain ones are left out */
  styles: Record<string, string>
}

/** One step.output, cut into its lines (job/lines.ts). */
export type OutputLines = {
  seq: number
  /** recordedAt, in milliseconds since the epoch */
  at: number
  scope: string
  stepId: string
  stream: 'stdout' | 'stderr'
  lines: readonly string[]
}

export function noLines(): LineState {
  return { closed: 0, open: [], skip: 0, openLines: 0, openCharacters: 0, styles: {} }
}

/**
 * Puts the lines of a job into chunks, output by output. Chunks end where a page ends, or when they hold many characters:
 * wherever the work was interrupted and taken up again, the chunks are the same.
 */
export class LineFold {
  readonly state: LineState
  /** null: only counted so far; their texts are needed once the chunk is full */
  private chunk: LineChunk | null

  /** Takes a state over, and changes it. */
  constructor(state: LineState) {
    this.state = state
    this.chunk = state.openLines === 0 ? this.emptyChunk() : null
  }

  /** All lines so far. */
  get lines(): number {
    return this.state.closed + this.state.openLines
  }

  /** The outputs of `state.open` have to be given to `load` before so much more may be added. */
  needsTexts(lines: number, characters: number): boolean {
    const { closed, openLines, openCharacters } = this.state
    return (
      this.chunk === null && (openLines + lines >= roomOf(closed) || openCharacters + characters >= chunkCharacters)
    )
  }

  /** Gives the open chunk its texts. @param outputs those of `state.open`, ascending */
  load(outputs: Iterable<OutputLines>): void {
    const chunk = this.emptyChunk()
    let { skip } = this.state
    for (const output of outputs) {
      for (const line of output.lines) {
        if (skip > 0) skip--
        else addLine(chunk, this.sourceIn(chunk, output), output, line)
      }
    }
    this.chunk = chunk
  }

  /** @returns the chunks that this output closed */
  add(output: OutputLines): LineChunk[] {
    const { state } = this
    const closed: LineChunk[] = []
    if (output.lines.length > 0) addToRuns(state.open, output.seq)
    for (const [index, line] of output.lines.entries()) {
      state.openLines++
      state.openCharacters += line.length
      if (this.chunk) addLine(this.chunk, this.sourceIn(this.chunk, output), output, line)
      if (state.openLines < roomOf(state.closed) && state.openCharacters < chunkCharacters) continue
      if (!this.chunk) throw new Error('Lines were added to a full chunk whose texts were not loaded.')
      closed.push(this.chunk)
      const isLast = index === output.lines.length - 1
      this.close(this.chunk, isLast ? null : { seq: output.seq, taken: index + 1 })
    }
    return closed
  }

  /** The lines after the last closed chunk; null if there are none, or their texts were not loaded. */
  openChunk(): LineChunk | null {
    return this.chunk && this.chunk.texts.length > 0 ? this.chunk : null
  }

  private close(chunk: LineChunk, rest: { seq: number; taken: number } | null): void {
    const { state } = this
    state.closed += chunk.texts.length
    for (const [key, style] of stylesAfter(chunk)) {
      if (style === '') delete state.styles[key]
      else state.styles[key] = style
    }
    state.open = rest === null ? [] : [rest.seq, rest.seq]
    // An output of many lines may fill several chunks: all its lines so far are in closed ones.
    state.skip = rest?.taken ?? 0
    state.openLines = 0
    state.openCharacters = 0
    this.chunk = this.emptyChunk()
  }

  private emptyChunk(): LineChunk {
    return { firstLine: this.state.closed, seqs: [], times: [], source: [], sources: [], texts: [] }
  }

  private sourceIn(chunk: LineChunk, { scope, stepId, stream }: OutputLines): number {
    const known = chunk.sources.findLastIndex((source) => source.scope === scope && source.stream === stream)
    if (known !== -1) return known
    return (
      chunk.sources.push({ scope, stepId, stream, style: this.state.styles[sourceKey({ scope, stream })] ?? '' }) - 1
    )
  }
}

function roomOf(closed: number): number {
  return linesPerPage - (closed % linesPerPage)
}

function sourceKey({ scope, stream }: Pick<LineSource, 'scope' | 'stream'>): string {
  return `${stream} ${scope}`
}

function addLine(chunk: LineChunk, source: number, { seq, at }: OutputLines, text: string): void {
  chunk.seqs.push(seq)
  chunk.times.push(at)
  chunk.source.push(source)
  chunk.texts.push(text)
}

/** What each source whose lines hold escape sequences ends with. */
function stylesAfter({ sources, source, texts }: LineChunk): Map<string, string> {
  const styles = new Map<string, string>()
  for (const [index, text] of texts.entries()) {
    if (!text.includes('\x1b')) continue
    const from = sources[source[index] ?? 0]
    if (!from) continue
    const key = sourceKey(from)
    const before = styles.get(key) ?? from.style
    styles.set(key, sgrOf(styleAfter(text, before === '' ? plainStyle : applySgr(plainStyle, before))))
  }
  return styles
}
