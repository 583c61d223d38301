import type { EventType } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import { kindOf } from '#domain/events/kinds.ts'
import { linesOf } from '#domain/job/lines.ts'
import { addToTotals, type JobTotals, noTotals } from '#domain/job/totals.ts'
import { CountPyramid } from '#domain/view/countPyramid.ts'
import type { LineChunk } from '#domain/view/lineChunk.ts'
import { LineFold, type LineState, noLines, type OutputLines } from '#domain/view/lineFold.ts'
import { cutPayload } from '#domain/view/outline.ts'
import { addToOutline, noOutline, type OutlineIndex } from '#domain/view/outlineIndex.ts'
import type { EventContent } from '#server/projector/readEventPage.ts'
import { runAt, type StepRuns } from '#server/projector/stepRuns.ts'

/** The projections of a job through `seq`, but for what is complete and kept apart. */
export type Projection = {
  seq: number
  totals: JobTotals
  lines: LineState
  outline: OutlineIndex
  counts: CountPyramid
}

/** What a fold leaves behind as it goes on. */
export type FoldSink = {
  chunk(chunk: LineChunk): void
  /** @param payload of an outline event that is too long for one, shortened */
  cut(seq: number, payload: string): void
}

export function noProjection(): Projection {
  return { seq: 0, totals: noTotals(), lines: noLines(), outline: noOutline(), counts: new CountPyramid() }
}

/** An event with its payload read; of output, its lines. */
export type ReadEvent = {
  seq: number
  type: EventType
  at: number
  payload: Event['payload'] | null
  /** of step.output and step.progress */
  stepId: string | null
  lines: readonly string[]
}

export function readEvent({ seq, type, at, payload: json }: EventContent): ReadEvent {
  const payload: Event['payload'] | null = json === null ? null : JSON.parse(json)
  const event = { seq, type, at: Math.round(at), payload }
  if (payload !== null && (type === 'step.output' || type === 'step.progress')) {
    const { stepId } = payload as { stepId: string }
    const { text = '', encoding } = payload as { text?: string; encoding?: 'base64' }
    return { ...event, stepId, lines: linesOf(text, encoding) }
  }
  return { ...event, stepId: null, lines: [] }
}

/** Takes events of one job into its projections, in place and in their order: in the projector, and for readers its tail. */
export class JobFold {
  readonly projection: Projection
  readonly lines: LineFold
  private readonly sink: Partial<FoldSink>

  constructor(projection: Projection, sink: Partial<FoldSink> = {}) {
    this.projection = projection
    this.lines = new LineFold(projection.lines)
    this.sink = sink
  }

  /** @param runs of the steps that the event and others name */
  take(event: ReadEvent, runs: StepRuns): void {
    const { seq, type, at, payload, stepId } = event
    const { totals, counts, outline } = this.projection
    addToTotals(totals, event)
    counts.add(kindOf(type), at)
    const place = stepId === null ? { scope: '', startsStep: false } : runAt(runs, stepId, seq)
    addToOutline(outline, { seq, type, ...place })
    if (type === 'step.output') {
      for (const chunk of this.lines.add(outputLines(event, place.scope))) this.sink.chunk?.(chunk)
    }
    if (this.sink.cut && (type !== 'step.output' || place.startsStep)) {
      const cut = cutPayload({ type, payload })
      if (cut !== null) this.sink.cut(seq, JSON.stringify(cut))
    }
    this.projection.seq = seq
  }
}

/** An event of step.output as the lines take it. */
export function outputLines({ seq, at, payload, stepId, lines }: ReadEvent, scope: string): OutputLines {
  // An erased output has no lines, and nothing but its shape says where it came from.
  const { stream = 'stdout' } = (payload ?? {}) as { stream?: 'stdout' | 'stderr' }
  return { seq, at, scope, stepId: stepId ?? '', stream, lines }
}
