import type { Event } from '#domain/events/envelope.ts'
import { countLines } from '#domain/job/lines.ts'
import { type OutlineEvent, outlineOf } from '#domain/view/outline.ts'

/** Consecutive events of step.output and step.progress, told as counts: all events from `from` to `head` are of these. */
export type CountsFrame = {
  from: number
  head: number
  /** by kind: step.output, step.progress */
  events: { output: number; step: number }
  /** as in JobTotals */
  lines: number
  bytes: number
  /** recordedAt of the first and the last of them, in milliseconds since the epoch */
  firstAt: number
  lastAt: number
  /**
   * Those that may have started a step nobody had started, in order, as in an outline. To be replayed before `progress`;
   * on a step that is open already they change nothing.
   */
  starts: OutlineEvent[]
  /** the newest step.progress of each step among them, as in an outline */
  progress: OutlineEvent[]
}

/** What a counts frame needs of one event: made once, however many readers it is told to. */
export type OutputCount = {
  seq: number
  stepId: string
  at: number
  lines: number
  bytes: number
  /** as in an outline */
  event: OutlineEvent
}

export function countOutput(event: Extract<Event, { type: 'step.output' | 'step.progress' }>): OutputCount {
  const { seq, payload } = event
  // An erased payload has no lines, and its step is in its shape only.
  const erased: typeof payload | null = payload
  const { lines, bytes } =
    erased !== null && event.type === 'step.output'
      ? countLines(event.payload.text, event.payload.encoding)
      : { lines: 0, bytes: 0 }
  return { seq, stepId: erased?.stepId ?? '', at: Date.parse(event.recordedAt), lines, bytes, event: outlineOf(event) }
}

/** Gathers what one reader is to be told. */
export class CountsFold {
  private frame: CountsFrame | null = null
  private readonly progress = new Map<string, OutlineEvent>()
  /** steps that this reader was told of since it came or the job was last queued */
  private readonly known = new Set<string>()

  add({ seq, stepId, at, lines, bytes, event }: OutputCount): void {
    this.frame ??= {
      from: seq,
      head: seq,
      events: { output: 0, step: 0 },
      lines: 0,
      bytes: 0,
      firstAt: at,
      lastAt: at,
      starts: [],
      progress: [],
    }
    const { frame } = this
    frame.head = seq
    frame.lastAt = at
    frame.lines += lines
    frame.bytes += bytes
    if (event.type === 'step.output') frame.events.output++
    else {
      frame.events.step++
      this.progress.set(stepId, event)
    }
    // Whether it did start the step, only the whole job before it would tell: the reader knows, and passes over it.
    if (!this.known.has(stepId)) frame.starts.push(event)
    this.known.add(stepId)
  }

  /** Another event of the job, which the reader gets as it is. */
  passed(event: { type: string }): void {
    // A retry opens an attempt that knows no steps.
    if (event.type === 'job.queued') this.known.clear()
  }

  /** What was gathered since the last call; null: nothing. */
  take(): CountsFrame | null {
    const { frame } = this
    if (frame) frame.progress = [...this.progress.values()]
    this.frame = null
    this.progress.clear()
    return frame
  }
}
