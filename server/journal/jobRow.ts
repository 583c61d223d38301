import type { JobSummary } from '#domain/job/served.ts'
import type { JobState } from '#domain/job/shape.ts'

/** A row of jobs `j` with its head `h`, as the driver gives it. */
export type JobRow = {
  id: string
  request_id: string
  action: string
  title: string | null
  labels: string
  user_id: string
  parent_job_id: string | null
  state: JobState
  attempt: number
  created_at: Date
  started_at: Date | null
  completed_at: Date | null
  head: number
  last_event_at: Date
}

export const jobColumns =
  'j.id, j.request_id, j.action, j.title, j.labels, j.user_id, j.parent_job_id, j.state, j.attempt, j.created_at, j.started_at, j.completed_at, h.seq as head, h.recorded_at as last_event_at'

/** The one mapper from row to what is served; totals come from the projector. */
export function jobSummary(row: JobRow): Omit<JobSummary, 'totals'> {
  return {
    id: row.id,
    requestId: row.request_id,
    action: row.action,
    title: row.title,
    labels: JSON.parse(row.labels),
    userId: row.user_id,
    parentJobId: row.parent_job_id,
    state: row.state,
    attempt: row.attempt,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    completedAt: row.completed_at?.toISOString() ?? null,
    head: row.head,
    lastEventAt: row.last_event_at.toISOString(),
  }
}
