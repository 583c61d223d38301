import type { Problem } from '#domain/job/served.ts'
import type { Density } from '#domain/search/density.ts'
import type { Range } from '#domain/search/matchLine.ts'

/** One line of output that a search found. */
export type Hit = {
  /** from 1, as in the output pane */
  line: number
  /** the event it came with */
  seq: number
  /** recordedAt, in milliseconds since the epoch */
  at: number
  /** key of the step's run, and the stream it was written to */
  scope: string
  stream: 'stdout' | 'stderr'
  /** visible text: the whole line, or the part around the first place that matches if it is long */
  text: string
  /** where `text` begins in the line's visible text */
  from: number
  /** what matches, in characters of the line's visible text */
  ranges: Range[]
}

/** What a search over a job's output says, one JSON a line. */
export type SearchMessage =
  /** at once: lines there are, which are those up to the event `head` */
  | { type: 'start'; query: string; lines: number; head: number }
  /** as they are found, by line; in all no more than were asked for */
  | { type: 'hits'; hits: Hit[] }
  /** now and then: so far */
  | { type: 'progress'; scanned: number; total: number }
  /** the end: exact for all lines up to the event `head`, which may have moved on meanwhile */
  | { type: 'done'; head: number; scanned: number; total: number; density: { lines: Density; time: Density } }
  /** the end, instead of `done` */
  | { type: 'failed'; problem: Problem }

/** Hits that are sent unless asked otherwise, and at most; the total counts all. */
export const hitLimits = { usual: 200, most: 1000 } as const
