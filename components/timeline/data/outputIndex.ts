import { GrowableUint32 } from '#components/timeline/data/growable.ts'
import { plainStyle, type SgrStyle, sameStyle } from '#domain/ansi/style.ts'
import { styleAfter } from '#domain/ansi/styleAfter.ts'
import { linesOf, outputBytes } from '#domain/job/lines.ts'

export type OutputText = {
  seq: number
  /** what the output belongs to: the key of a step's run */
  scope: string
  stream: 'stdout' | 'stderr'
  text: string
  encoding?: 'base64' | undefined
}

/** Where a line is: in which event, and which of that event's lines it is (0-based). */
export type LinePlace = { seq: number; ordinal: number; stream: 'stdout' | 'stderr'; scope: string; style: SgrStyle }

/**
 * From line number to event and back, kept up event by event. Lines count from 0 here. It holds numbers only; the text
 * stays in the events.
 */
export class OutputIndex {
  /** lines in all */
  lines = 0
  private readonly seqs = new GrowableUint32()
  private readonly firstLines = new GrowableUint32()
  private readonly styleIds = new GrowableUint32()
  /** scope * 2, plus 1 for stderr */
  private readonly sources = new GrowableUint32()
  private readonly styles: SgrStyle[] = [plainStyle]
  private readonly scopeNames: string[] = []
  private readonly scopeIds = new Map<string, number>()
  private readonly scopeLines: GrowableUint32[] = []
  /** style at the end of each scope's stdout and stderr: a colour left on in one must not tint the other */
  private readonly current = new Map<number, number>()

  append(output: OutputText): void {
    if (output.text === '') return
    const scope = this.scopeId(output.scope)
    const source = scope * 2 + (output.stream === 'stderr' ? 1 : 0)
    const plain = decode(output.text, output.encoding)
    const style = this.current.get(source) ?? 0
    this.seqs.push(output.seq)
    this.firstLines.push(this.lines)
    this.styleIds.push(style)
    this.sources.push(source)
    if (plain.includes('\x1b'))
      this.current.set(source, this.intern(styleAfter(plain, this.styles[style] ?? plainStyle)))
    const count = countNewlines(plain)
    for (let i = 0; i < count; i++) this.scopeLines[scope]?.push(this.lines + i)
    this.lines += count
  }

  placeOf(line: number): LinePlace | null {
    if (line < 0 || line >= this.lines) return null
    const at = this.firstLines.lastAtMost(line)
    const source = this.sources.at(at)
    return {
      seq: this.seqs.at(at),
      ordinal: line - this.firstLines.at(at),
      stream: source % 2 === 1 ? 'stderr' : 'stdout',
      scope: this.scopeNames[source >> 1] ?? '',
      style: this.styles[this.styleIds.at(at)] ?? plainStyle,
    }
  }

  /** First line of the event at `seq`, or of the next output after it; `lines` if there is none yet. */
  lineAtOrAfter(seq: number): number {
    const at = this.seqs.lastAtMost(seq)
    if (at >= 0 && this.seqs.at(at) === seq) return this.firstLines.at(at)
    return at + 1 < this.seqs.length ? this.firstLines.at(at + 1) : this.lines
  }

  /** Line numbers of one scope, ascending; null if it has none. */
  linesOfScope(scope: string): GrowableUint32 | null {
    const id = this.scopeIds.get(scope)
    return id === undefined ? null : (this.scopeLines[id] ?? null)
  }

  private scopeId(name: string): number {
    const known = this.scopeIds.get(name)
    if (known !== undefined) return known
    const id = this.scopeNames.length
    this.scopeNames.push(name)
    this.scopeIds.set(name, id)
    this.scopeLines.push(new GrowableUint32())
    return id
  }

  private intern(style: SgrStyle): number {
    const known = this.styles.findIndex((other) => sameStyle(other, style))
    return known !== -1 ? known : this.styles.push(style) - 1
  }
}

function decode(text: string, encoding: 'base64' | undefined): string {
  return encoding === undefined ? text : new TextDecoder().decode(outputBytes(text, encoding))
}

function countNewlines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++
  return text.endsWith('\n') ? lines : lines + 1
}

type CutEvent = { lines: string[] /** style at the start of each line */; styles: SgrStyle[] }

/** Lines of recently drawn events, so that scrolling through one event of 64 KiB splits it once. */
export class LineCache {
  private readonly kept = new Map<number, CutEvent>()

  /** @param start style in force where the event's text begins */
  cut(event: { seq: number; payload: { text: string; encoding?: 'base64' | undefined } }, start: SgrStyle): CutEvent {
    const known = this.kept.get(event.seq)
    if (known) return known
    const lines = linesOf(event.payload.text, event.payload.encoding)
    const styles: SgrStyle[] = []
    let style = start
    for (const line of lines) {
      styles.push(style)
      if (line.includes('\x1b')) style = styleAfter(line, style)
    }
    const oldest = this.kept.keys().next()
    if (this.kept.size >= 256 && !oldest.done) this.kept.delete(oldest.value)
    this.kept.set(event.seq, { lines, styles })
    return { lines, styles }
  }
}
