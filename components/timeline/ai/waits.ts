import type { AiSource } from '#components/timeline/ai/sessions.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'

/** A stretch of a session in which nothing was recorded. */
export type Wait = {
  from: number
  ms: number
  /** what it was open for: an approval that somebody had to give, a check that had to pass */
  gate: { seq: number; name: string; isApproval: boolean } | null
}

/** Shorter waits for a gate are the gate's own work. */
const shortestForGate = 1_000
/** So long a silence is worth a row; a model may think that long, so only before tool calls. */
const shortestSilence = 30_000

/** The wait between two AI events, if it is one. Times are milliseconds since the epoch. */
export function findWait(source: AiSource, gap: { from: number; to: number; isModel: boolean }): Wait | null {
  const ms = gap.to - gap.from
  if (ms < shortestForGate) return null
  let gate: Wait['gate'] = null
  let longest = Math.max(shortestForGate, ms / 2)
  for (const candidate of source.view.gates.values()) {
    const opened = Math.max(gap.from, Date.parse(candidate.startedAt))
    const closed = Math.min(gap.to, candidate.endedAt === null ? gap.to : Date.parse(candidate.endedAt))
    if (closed - opened < longest) continue
    longest = closed - opened
    const started = source.eventAt(candidate.startedSeq)
    gate = {
      seq: candidate.startedSeq,
      name: visibleText(candidate.name),
      isApproval: started?.type === 'gate.started' && started.payload.kind === 'approval',
    }
  }
  if (gate) return { from: gap.from, ms: longest, gate }
  return ms >= shortestSilence && !gap.isModel ? { from: gap.from, ms, gate: null } : null
}
