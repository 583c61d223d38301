import type { Draft } from '#domain/events/envelope.ts'
import type { CleanDraft } from '#server/journal/journal.ts'

/** Drafts as the journal takes them: redacted, here with nothing to redact. */
export function clean(draft: Draft): CleanDraft {
  return { draft, redactions: [] }
}

type Outer = { id?: string; occurredAt?: string; source?: string }

export const drafts = {
  queued: (outer: Outer = {}) => clean({ type: 'job.queued', payload: {}, ...outer }),
  started: (outer: Outer = {}) => clean({ type: 'job.started', payload: {}, ...outer }),
  completed: (outer: Outer = {}) => clean({ type: 'job.completed', payload: { output: 42 }, ...outer }),
  failed: (outer: Outer = {}) =>
    clean({ type: 'job.failed', payload: { error: { code: 'broke', message: 'It broke.' } }, ...outer }),
  stepStarted: (stepId: string, outer: Outer = {}) =>
    clean({ type: 'step.started', payload: { stepId, name: `Step ${stepId}` }, ...outer }),
  stepCompleted: (stepId: string, outer: Outer = {}) =>
    clean({ type: 'step.completed', payload: { stepId, outcome: 'success' }, ...outer }),
  output: (stepId: string, text: string, outer: Outer = {}) =>
    clean({ type: 'step.output', payload: { stepId, stream: 'stdout', text }, ...outer }),
  progress: (stepId: string, completed: number, outer: Outer = {}) =>
    clean({ type: 'step.progress', payload: { stepId, completed }, ...outer }),
  tool: (callId: string, outer: Outer = {}) =>
    clean({ type: 'ai.tool_called', payload: { callId, tool: 'search' }, ...outer }),
  gateStarted: (gateId: string, outer: Outer = {}) =>
    clean({ type: 'gate.started', payload: { gateId, name: `Gate ${gateId}` }, ...outer }),
  gatePassed: (gateId: string, outer: Outer = {}) => clean({ type: 'gate.passed', payload: { gateId }, ...outer }),
  gateFailed: (gateId: string, outer: Outer = {}) => clean({ type: 'gate.failed', payload: { gateId }, ...outer }),
}
