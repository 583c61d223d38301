import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
import type { Outcome } from '#domain/events/fields.ts'

/**
 * The structural facts of an event: ids and outcomes, no content. The reducer reads nothing else, so an event whose
 * content was erased replays like any other. Stored per event as canonical JSON (column `shape`).
 */
export type EventFacts = {
  stepId?: string
  parentStepId?: string
  gateId?: string
  callId?: string
  artifactId?: string
  parentJobId?: string
  stream?: 'stdout' | 'stderr'
  outcome?: Outcome
}

const factsByType: { [T in EventType]: (payload: PayloadOf<T>) => EventFacts } = {
  'job.created': (p) => pick({ parentJobId: p.parentJobId }),
  'job.queued': () => ({}),
  'job.started': () => ({}),
  'job.completed': () => ({}),
  'job.failed': (p) => ({ outcome: p.outcome ?? 'failure' }),
  'step.started': (p) => pick({ stepId: p.stepId, parentStepId: p.parentStepId }),
  'step.progress': (p) => ({ stepId: p.stepId }),
  'step.output': (p) => ({ stepId: p.stepId, stream: p.stream }),
  'step.completed': (p) => ({ stepId: p.stepId, outcome: p.outcome }),
  'ai.tool_called': (p) => pick({ callId: p.callId, stepId: p.stepId }),
  'ai.tokens_used': (p) => pick({ callId: p.callId, stepId: p.stepId }),
  'ai.artifact_created': (p) => pick({ artifactId: p.artifactId, stepId: p.stepId }),
  'gate.started': (p) => pick({ gateId: p.gateId, stepId: p.stepId }),
  'gate.passed': (p) => ({ gateId: p.gateId }),
  'gate.failed': (p) => ({ gateId: p.gateId }),
}

export function factsOf<T extends EventType>(type: T, payload: PayloadOf<T>): EventFacts {
  return factsByType[type](payload)
}

function pick(facts: { [K in keyof EventFacts]: EventFacts[K] | undefined }): EventFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined))
}
