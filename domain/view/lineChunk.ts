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
  const end = text.indexOf('\n')
  const header: Header = JSON.parse(text.slice(0, end))
  return {
    ...header,
    seqs: sums(header.seqs),
    times: sums(header.times),
    texts: text.slice(end + 1).split('\n'),
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
