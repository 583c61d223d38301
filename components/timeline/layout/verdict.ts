import { formatDuration } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { firstCause } from '#components/timeline/layout/firstCause.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'

/** What became of the job, in a sentence, and the event that explains it; why, says why.ts. */
export type Verdict = { text: string; causeSeq: number | null }

/** @param now the server's time in milliseconds, or the last moment the page heard of */
export function verdictOf(timeline: JobRead, now: number): Verdict {
  const { view } = timeline
  const since = (from: string | null) =>
    formatDuration((view.endedAt ? Date.parse(view.endedAt) : now) - Date.parse(from ?? ''))
  switch (timeline.state) {
    case 'pending':
      return pending(timeline, now)
    case 'running': {
      const step = openStep(timeline)
      const gate = step ? null : openGate(timeline)
      const where = step
        ? ` · in ${visibleText(step.name)}`
        : gate
          ? ` · waiting for gate “${visibleText(gate.name)}”`
          : ''
      return { text: `Running for ${since(view.startedAt)}${where}`, causeSeq: (step ?? gate)?.startedSeq ?? null }
    }
    case 'success':
      return { text: `Succeeded in ${since(view.startedAt)}`, causeSeq: null }
    case 'cancelled':
      return { text: `Cancelled after ${since(view.startedAt ?? view.createdAt)}`, causeSeq: view.head }
    case 'failed': {
      const cause = firstCause(timeline, view.shape.attempt)
      const where = cause ? ` at ${cause.what} “${cause.name}”` : ''
      return {
        text: `Failed${where} after ${since(view.startedAt ?? view.createdAt)}`,
        causeSeq: cause?.seq ?? view.head,
      }
    }
  }
}

function pending(timeline: JobRead, now: number): Verdict {
  const attempt = timeline.structure.attempts.at(-1)
  if (!attempt) return { text: 'Waiting for its first event', causeSeq: null }
  const waited = formatDuration(now - Date.parse(attempt.queuedAt))
  return {
    text: attempt.number > 1 ? `Waiting ${waited} for attempt ${attempt.number}` : `Waiting to start for ${waited}`,
    causeSeq: null,
  }
}

/** The step that began last and is still going on. */
function openStep(timeline: JobRead): StepView | null {
  let found: StepView | null = null
  for (const step of timeline.view.steps.values()) {
    if (step.attempt === timeline.view.shape.attempt && step.outcome === null) found = step
  }
  return found
}

/** The gate that was begun last and is not decided. */
function openGate({ view }: JobRead): GateView | null {
  return (
    [...view.gates.values()].findLast((gate) => gate.attempt === view.shape.attempt && gate.passed === null) ?? null
  )
}
