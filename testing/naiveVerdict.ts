import type { Draft } from '#domain/events/envelope.ts'
import type { StateRefusal } from '#domain/job/decide.ts'

/**
 * A second opinion on the reducer, from the whole history instead of a shape: slow and written down sentence by sentence
 * (design, section 5). Knows no limit of parts.
 *
 * @param history what the job has taken since job.created
 * @returns null if the event may follow
 */
export function naiveVerdict(history: readonly Draft[], draft: Draft): StateRefusal | null {
  const last = history.at(-1)?.type
  if (last === 'job.completed' || last === 'job.failed') return 'JOB_CLOSED'
  const attempt = history.slice(beginOfAttempt(history))
  switch (draft.type) {
    case 'job.queued':
    case 'job.failed':
    case 'ai.tool_called':
    case 'ai.tokens_used':
    case 'ai.artifact_created':
      return null
    case 'job.started':
      return isRunning(history) ? 'JOB_RUNNING' : null
    case 'job.completed':
      return isRunning(history) ? null : 'JOB_NOT_RUNNING'
    case 'step.started': {
      const { stepId, parentStepId } = draft.payload
      if (stateOfStep(attempt, stepId) === 'started') return 'STEP_OPEN'
      return parentStepId !== undefined && liesUnder(attempt, parentStepId, stepId) ? 'STEP_CYCLE' : null
    }
    case 'step.progress':
    case 'step.output':
    case 'step.completed':
      return stateOfStep(attempt, draft.payload.stepId) === 'over' ? 'STEP_CLOSED' : null
    case 'gate.started':
      return lastOfGate(attempt, draft.payload.gateId) === 'gate.started' ? 'GATE_OPEN' : null
    case 'gate.passed':
    case 'gate.failed': {
      const before = lastOfGate(attempt, draft.payload.gateId)
      return before === 'gate.passed' || before === 'gate.failed' ? 'GATE_CLOSED' : null
    }
  }
}

/** Queued, a job waits; the first job.started after that makes it run. */
function isRunning(history: readonly Draft[]): boolean {
  return history.findLast(({ type }) => type === 'job.queued' || type === 'job.started')?.type === 'job.started'
}

/** A job that is queued while it runs begins its next attempt. */
function beginOfAttempt(history: readonly Draft[]): number {
  return history.findLastIndex(({ type }, at) => type === 'job.queued' && isRunning(history.slice(0, at))) + 1
}

function stateOfStep(attempt: readonly Draft[], stepId: string): 'unknown' | 'started' | 'implied' | 'over' {
  let state: 'unknown' | 'started' | 'implied' | 'over' = 'unknown'
  for (const { type, payload } of attempt) {
    if (!type.startsWith('step.') || !('stepId' in payload) || payload.stepId !== stepId) continue
    if (type === 'step.started') state = 'started'
    else if (type === 'step.completed') state = 'over'
    else if (state === 'unknown') state = 'implied'
  }
  return state
}

/** The parent a step has is the one its newest start named. */
function liesUnder(attempt: readonly Draft[], stepId: string, ancestor: string): boolean {
  if (stepId === ancestor) return true
  const start = attempt.findLast((draft) => draft.type === 'step.started' && draft.payload.stepId === stepId)
  const parent = start?.type === 'step.started' ? start.payload.parentStepId : undefined
  return parent !== undefined && liesUnder(attempt, parent, ancestor)
}

function lastOfGate(attempt: readonly Draft[], gateId: string): Draft['type'] | undefined {
  return attempt.findLast((draft) => 'gateId' in draft.payload && draft.payload.gateId === gateId)?.type
}
