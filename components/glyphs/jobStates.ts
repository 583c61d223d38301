import { jobStatus, type NodeStatus } from '#components/timeline/layout/status.ts'
import type { JobState } from '#domain/job/shape.ts'

export const stateWords: Record<JobState, string> = {
  pending: 'Pending',
  running: 'Running',
  success: 'Success',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** The glyph that shows a job's state. */
export const stateGlyph: Record<JobState, NodeStatus> = {
  pending: jobStatus('pending'),
  running: jobStatus('running'),
  success: jobStatus('success'),
  failed: jobStatus('failed'),
  cancelled: jobStatus('cancelled'),
}
