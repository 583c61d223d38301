import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'

/** What an attempt failed at, and what it rests on. Texts are harmless. */
export type Cause = {
  what: 'gate' | 'step' | 'call'
  name: string
  /** the event that says so */
  seq: number
  reason: string
  /** events that it names as evidence, by id or seq */
  evidence: readonly (string | number)[]
  /** the step it lies in */
  step: string | null
}

/**
 * The first cause of a failed attempt: the event that the job's failure names as its cause, followed as far back as events
 * name theirs; if it names none, the gate or step that failed first: what failed later may be a consequence.
 */
export function firstCause(job: JobRead, attempt: number): Cause | null {
  const end = job.structure.attempts.find(({ number }) => number === attempt)?.endedSeq ?? null
  const ended = end === null ? null : job.eventAt(end)
  const named = ended === null ? null : namedCause(job, ended)
  return named ?? firstFailure(job, attempt)
}

function namedCause(job: JobRead, failure: Event): Cause | null {
  let cause: Cause | null = null
  for (let event = failure; event.causedBy !== undefined; ) {
    const { causedBy } = event
    const earlier = job.events.find(({ id }) => id === causedBy)
    // only back in time: two events that name each other would be followed for ever
    if (!earlier || earlier.seq >= event.seq) break
    cause = causeAt(job, earlier) ?? cause
    event = earlier
  }
  return cause
}

function firstFailure(job: JobRead, attempt: number): Cause | null {
  const { gates, steps } = job.view
  const failed = [...gates.values()].filter((gate) => gate.attempt === attempt && gate.passed === false)
  const bad = [...steps.values()].filter((step) => step.attempt === attempt && isBad(step))
  let first: number | null = null
  for (const { endedSeq } of [...failed, ...bad])
    if (endedSeq !== null && (first === null || endedSeq < first)) first = endedSeq
  const event = first === null ? null : job.eventAt(first)
  return event && causeAt(job, event)
}

/** The failure that an event tells of, or null if it tells of none. */
function causeAt(job: JobRead, event: Event): Cause | null {
  const { seq } = event
  const shared = { seq, reason: reasonOf(event), evidence: [], step: null }
  if (event.payload === null) return null
  switch (event.type) {
    case 'gate.failed': {
      const [key, gate] = [...job.view.gates].find(([, { endedSeq }]) => endedSeq === seq) ?? []
      const step = job.view.steps.get(job.structure.gateSteps.get(key ?? '') ?? '')
      const { gateId, evidence = [] } = event.payload
      return {
        ...shared,
        what: 'gate',
        name: nameOf(gate, gateId),
        evidence,
        step: step ? visibleText(step.name) : null,
      }
    }
    case 'step.completed': {
      const step = [...job.view.steps.values()].find(({ endedSeq }) => endedSeq === seq)
      return step && isBad(step) ? { ...shared, what: 'step', name: nameOf(step, step.stepId) } : null
    }
    case 'ai.tool_called':
      return event.payload.error ? { ...shared, what: 'call', name: visibleText(event.payload.tool) } : null
    default:
      return null
  }
}

function nameOf(part: GateView | StepView | undefined, id: string): string {
  return visibleText(part?.name ?? id)
}

function isBad({ outcome }: StepView): boolean {
  return outcome === 'failure' || outcome === 'error' || outcome === 'timeout'
}

/** Why something failed, in the words of the event that says so; empty if it has none. */
export function reasonOf(event: Event | null): string {
  if (!event || event.payload === null) return ''
  switch (event.type) {
    case 'step.completed': {
      const { error, signal, exitCode, outcome } = event.payload
      return visibleText(error?.message ?? signal ?? (exitCode === undefined ? outcome : `exit ${exitCode}`))
    }
    case 'gate.failed':
      return visibleText(event.payload.reason ?? '')
    case 'ai.tool_called':
      return visibleText(event.payload.error?.message ?? '')
    default:
      return ''
  }
}
