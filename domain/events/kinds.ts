import type { EventType } from '#domain/events/catalogue.ts'

/** What produced an event: the hue of the timeline and the unit of counting. */
export type EventKind = 'job' | 'step' | 'output' | 'ai' | 'gate'

/**
 * `output` is counted apart from the structure of steps: it is nearly all of a large job. Apart from the catalogue, whose
 * schemas a browser that only reads events need not load.
 */
const kinds: Record<EventType, EventKind> = {
  'job.created': 'job',
  'job.queued': 'job',
  'job.started': 'job',
  'job.completed': 'job',
  'job.failed': 'job',
  'step.started': 'step',
  'step.progress': 'step',
  'step.output': 'output',
  'step.completed': 'step',
  'ai.tool_called': 'ai',
  'ai.tokens_used': 'ai',
  'ai.artifact_created': 'ai',
  'gate.started': 'gate',
  'gate.passed': 'gate',
  'gate.failed': 'gate',
}

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(kinds, text)
}

export function kindOf(type: EventType): EventKind {
  return kinds[type]
}
