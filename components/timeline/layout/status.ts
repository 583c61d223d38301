import type { Attempt } from '#components/timeline/data/structure.ts'
import type { Outcome } from '#domain/events/fields.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'
import type { JobState } from '#domain/job/shape.ts'

/** How it goes or went. `plain` is for events that cannot fail. */
export type NodeStatus = Outcome | 'waiting' | 'running' | 'passed' | 'failed' | 'unfinished' | 'plain'

const byState: Record<JobState, NodeStatus> = {
  pending: 'waiting',
  running: 'running',
  success: 'success',
  failed: 'failure',
  cancelled: 'cancellation',
}

export function jobStatus(state: JobState): NodeStatus {
  return byState[state]
}

export function stepStatus(step: StepView, attempt: Attempt): NodeStatus {
  return step.outcome ?? (attempt.endedSeq === null ? 'running' : 'unfinished')
}

export function gateStatus(gate: GateView, attempt: Attempt): NodeStatus {
  if (gate.passed !== null) return gate.passed ? 'passed' : 'failed'
  return attempt.endedSeq === null ? 'waiting' : 'unfinished'
}

export function isFailure(status: NodeStatus): boolean {
  return status === 'failure' || status === 'error' || status === 'timeout' || status === 'failed'
}

/** The status in words, as it is read out and shown where there is room. */
export const statusWords: Record<NodeStatus, string> = {
  waiting: 'waiting',
  running: 'running',
  success: 'succeeded',
  failure: 'failed',
  error: 'error',
  timeout: 'timed out',
  cancellation: 'cancelled',
  skip: 'skipped',
  passed: 'passed',
  failed: 'failed',
  unfinished: 'unfinished',
  plain: '',
}
