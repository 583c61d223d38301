import type { ErrorCode } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Outcome } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'
import type { EventFacts } from '#domain/job/facts.ts'
import { findGate, findStep, isFinal, type JobShape, type JobState } from '#domain/job/shape.ts'

/** What an accepted event changes. An event without effects can never change a later verdict. */
export type Effect =
  | { kind: 'job'; state: JobState; attempt: number }
  | { kind: 'step.start'; id: string; run: number; explicit: boolean; parentId: string | null }
  | { kind: 'step.end'; id: string; run: number; outcome: Outcome }
  | { kind: 'gate.start'; id: string; run: number; explicit: boolean }
  | { kind: 'gate.end'; id: string; run: number; passed: boolean }

export type StateRefusal = Extract<
  ErrorCode,
  | 'JOB_CREATED_RESERVED'
  | 'JOB_CLOSED'
  | 'JOB_RUNNING'
  | 'JOB_NOT_RUNNING'
  | 'STEP_OPEN'
  | 'STEP_CLOSED'
  | 'STEP_CYCLE'
  | 'GATE_OPEN'
  | 'GATE_CLOSED'
  | 'TOO_MANY_PARTS'
>

export type Verdict = { effects: readonly Effect[] } | { refused: StateRefusal; message: string }

const nothing: Verdict = { effects: [] }

/**
 * The transition table: may this event happen to a job of this shape, and what does it change?
 * Pure; together with `evolve` it is the only place where state comes from.
 */
export function decide(shape: JobShape, type: EventType, facts: EventFacts): Verdict {
  if (isFinal(shape.state)) return refuse('JOB_CLOSED', `The job is over (${shape.state}); nothing can follow.`)
  return rules[type](shape, facts)
}

type Rule = (shape: JobShape, facts: EventFacts) => Verdict

const rules: Record<EventType, Rule> = {
  'job.created': () => refuse('JOB_CREATED_RESERVED', 'A job is created once, as its first event.'),
  'job.queued': (shape) =>
    shape.state === 'running' ? change({ kind: 'job', state: 'pending', attempt: shape.attempt + 1 }) : nothing,
  'job.started': (shape) =>
    shape.state === 'running'
      ? refuse('JOB_RUNNING', 'The job is running already; job.queued opens its next attempt.')
      : change({ kind: 'job', state: 'running', attempt: shape.attempt }),
  'job.completed': (shape) =>
    shape.state === 'running'
      ? change({ kind: 'job', state: 'success', attempt: shape.attempt })
      : refuse('JOB_NOT_RUNNING', 'The job was not started; send job.started first, or job.failed.'),
  'job.failed': (shape, facts) =>
    change({
      kind: 'job',
      state: facts.outcome === 'cancellation' ? 'cancelled' : 'failed',
      attempt: shape.attempt,
    }),
  'step.started': startStep,
  'step.progress': (shape, facts) => touchStep(shape, facts.stepId ?? '', () => []),
  'step.output': (shape, facts) => touchStep(shape, facts.stepId ?? '', () => []),
  'step.completed': (shape, facts) =>
    touchStep(shape, facts.stepId ?? '', (run) => [
      { kind: 'step.end', id: facts.stepId ?? '', run, outcome: facts.outcome ?? 'success' },
    ]),
  'ai.tool_called': () => nothing,
  'ai.tokens_used': () => nothing,
  'ai.artifact_created': () => nothing,
  'gate.started': startGate,
  'gate.passed': (shape, facts) => decideGate(shape, facts.gateId ?? '', true),
  'gate.failed': (shape, facts) => decideGate(shape, facts.gateId ?? '', false),
}

function startStep(shape: JobShape, { stepId: id = '', parentStepId }: EventFacts): Verdict {
  const step = findStep(shape, id)
  if (step?.open && step.explicit) return refuse('STEP_OPEN', `Step "${id}" was started already and is not over.`)
  if (parentStepId !== undefined && closesCycle(shape, id, parentStepId)) {
    return refuse('STEP_CYCLE', `Step "${id}" cannot lie under "${parentStepId}", which lies under it.`)
  }
  const opensRun = !step?.open
  if (opensRun && shape.parts >= limits.parts) return tooManyParts()
  const run = opensRun ? (step?.run ?? 0) + 1 : step.run
  return change({ kind: 'step.start', id, run, explicit: true, parentId: parentStepId ?? null })
}

/** Output, progress and completion start a step nobody started, under its id as its name. */
function touchStep(shape: JobShape, id: string, then: (run: number) => Effect[]): Verdict {
  const step = findStep(shape, id)
  if (step?.open) {
    const effects = then(step.run)
    return effects.length === 0 ? nothing : { effects }
  }
  if (step) return refuse('STEP_CLOSED', `Step "${id}" is over; step.started opens its next run.`)
  if (shape.parts >= limits.parts) return tooManyParts()
  return { effects: [{ kind: 'step.start', id, run: 1, explicit: false, parentId: null }, ...then(1)] }
}

function startGate(shape: JobShape, { gateId: id = '' }: EventFacts): Verdict {
  const gate = findGate(shape, id)
  if (gate?.open) return refuse('GATE_OPEN', `Gate "${id}" was started already and is not decided.`)
  if (shape.parts >= limits.parts) return tooManyParts()
  return change({ kind: 'gate.start', id, run: (gate?.run ?? 0) + 1, explicit: true })
}

function decideGate(shape: JobShape, id: string, passed: boolean): Verdict {
  const gate = findGate(shape, id)
  if (gate?.open) return change({ kind: 'gate.end', id, run: gate.run, passed })
  if (gate) return refuse('GATE_CLOSED', `Gate "${id}" is decided; gate.started opens its next run.`)
  if (shape.parts >= limits.parts) return tooManyParts()
  return {
    effects: [
      { kind: 'gate.start', id, run: 1, explicit: false },
      { kind: 'gate.end', id, run: 1, passed },
    ],
  }
}

function closesCycle(shape: JobShape, id: string, parentId: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null = parentId; at !== null && !seen.has(at); at = findStep(shape, at)?.parentId ?? null) {
    if (at === id) return true
    seen.add(at)
  }
  return false
}

function change(effect: Effect): Verdict {
  return { effects: [effect] }
}

function refuse(refused: StateRefusal, message: string): Verdict {
  return { refused, message }
}

function tooManyParts(): Verdict {
  return refuse('TOO_MANY_PARTS', `The job has ${limits.parts} steps and gates, the most a job may have.`)
}
