/** What a line came out of. */
export type LineSource = {
  /** partKey of the step's run */
  scope: string
  stepId: string
  stream: 'stdout' | 'stderr'
  /** SGR parameters that are in force at the start, '' for plain (ansi/sgrOf.ts): a colour left on tints the lines after */
  style: string
}

/** Consecutive lines of a job's output, in columns: how they are stored, and what search looks through. */
export type LineChunk = {
  /** position of its first line in the job, from 0 */
  firstLine: number
  /** per line: the event it came with */
  seqs: number[]
  /** per line: recordedAt, in milliseconds since the epoch */
  times: number[]
  /** per line: position in `sources` */
  source: number[]
  /** styles are those at the start of the chunk */
  sources: LineSource[]
  texts: string[]
}

/** All of a chunk but its texts; numbers are differences to the line before, which nearly always are the same. */
type Header = { firstLine: number; seqs: number[]; times: number[]; source: number[]; sources: LineSource[] }

/**
 * A chunk as text: one line of JSON, then its lines as they are. So a search reads them as one text, without a parser.
 */
export function encodeChunk({ texts, seqs, times, ...rest }: LineChunk): string {
  const header: Header = { ...rest, seqs: differences(seqs), times: differences(times) }
  return `${JSON.stringify(header)}\n${texts.join('\n')}`
}

export function decodeChunk(text: string): LineChunk {
  const { firstLine, source, sources, seqs, times, body } = openChunk(text)
  return { firstLine, source, sources, seqs: seqs(), times: times(), texts: body.split('\n') }
}

/** A chunk of which only as much is read as somebody wants to know. */
export type OpenChunk = Pick<LineChunk, 'firstLine' | 'source' | 'sources'> & {
  lines: number
  seqs(): number[]
  times(): number[]
  /** all lines, with newlines between them */
  body: string
}

export function openChunk(text: string): OpenChunk {
  const end = text.indexOf('\n')
  const { firstLine, source, sources, seqs, times }: Header = JSON.parse(text.slice(0, end))
  return {
    firstLine,
    source,
    sources,
    lines: seqs.length,
    seqs: once(() => sums(seqs)),
    times: once(() => sums(times)),
    body: text.slice(end + 1),
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

function differences(values: readonly number[]): number[] {
  return values.map((value, index) => value - (values[index - 1] ?? 0))
}

function sums(steps: readonly number[]): number[] {
  let sum = 0
  return steps.map((step) => {
    sum += step
    return sum
  })
}
