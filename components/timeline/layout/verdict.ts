import { formatDuration } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'

/** What became of the job, in a sentence, and the event that explains it. */
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
      const cause = firstFailure(timeline)
      const where = cause ? ` at ${cause.what} “${visibleText(cause.name)}”` : ''
      const error = lastError(timeline)
      return {
        text: `Failed${where} after ${since(view.startedAt ?? view.createdAt)}${error ? ` · ${error}` : ''}`,
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

type Cause = { what: 'gate' | 'step'; name: string; seq: number; endedSeq: number }

function firstFailure({ view }: JobRead): Cause | null {
  const { attempt } = view.shape
  const failedGate = (gate: GateView): Cause[] =>
    gate.attempt === attempt && gate.passed === false && gate.endedSeq !== null
      ? [{ what: 'gate', name: gate.name, seq: gate.endedSeq, endedSeq: gate.endedSeq }]
      : []
  const failedStep = (step: StepView): Cause[] =>
    step.attempt === attempt && step.endedSeq !== null && isBad(step)
      ? [{ what: 'step', name: step.name, seq: step.endedSeq, endedSeq: step.endedSeq }]
      : []
  const causes = [...[...view.gates.values()].flatMap(failedGate), ...[...view.steps.values()].flatMap(failedStep)]
  return causes.sort((a, b) => a.endedSeq - b.endedSeq)[0] ?? null
}

function isBad({ outcome }: StepView): boolean {
  return outcome === 'failure' || outcome === 'error' || outcome === 'timeout'
}

function lastError(timeline: JobRead): string | null {
  const event = timeline.eventAt(timeline.view.head)
  return event?.type === 'job.failed' ? visibleText(event.payload.error.message).slice(0, 240) : null
}
