import type { AiSource } from '#components/timeline/ai/sessions.ts'
import type { Attempt } from '#components/timeline/data/structure.ts'
import { isFailure, stepStatus } from '#components/timeline/layout/status.ts'
import type { StepView } from '#domain/job/replay.ts'

/** What did again what failed: a later run of a step, or a later attempt. */
export type Again = { what: 'run' | 'attempt'; number: number }

/** The next run of a step that failed or was left open, in its attempt or a later one. */
export function doneAgain({ view }: AiSource, step: StepView, attempt: Attempt): Again | null {
  const status = stepStatus(step, attempt)
  if (!isFailure(status) && status !== 'unfinished') return null
  for (const { stepId, startedSeq, run, attempt: number } of view.steps.values()) {
    if (stepId !== step.stepId || startedSeq <= step.startedSeq) continue
    return number === step.attempt ? { what: 'run', number: run } : { what: 'attempt', number }
  }
  return null
}

/** Nobody says how an attempt went, but there is another one only if it did not go well. */
export function attemptAfter({ structure }: AiSource, number: number): Again | null {
  return structure.attempts.some((attempt) => attempt.number === number + 1)
    ? { what: 'attempt', number: number + 1 }
    : null
}
