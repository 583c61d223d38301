import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { JobTotals } from '#domain/job/totals.ts'

/** A job as `jobs.get` and `GET /api/jobs/{id}` serve it. Absent fields have not happened yet. */
export type Job = {
  id: string
  state: JobState
  createdAt: string
  startedAt?: string
  completedAt?: string
  output?: Json
  error?: { code: string; message: string }
  /** newest lines of step.output, oldest first: 1,000 unless asked otherwise */
  logs: string[]
  metadata: { requestId: string; userId: string; orgId: string; action: string; inputs: Record<string, Json> }
}

/** `requestId` names this status request, not the job's. */
export type JobStatus = { requestId: string; job: Job }

/** A job as lists show it. `totals` may lag the journal by a second; `head` may not. */
export type JobSummary = {
  id: string
  requestId: string
  action: string
  title: string | null
  labels: Record<string, string>
  userId: string
  parentJobId: string | null
  state: JobState
  attempt: number
  createdAt: string
  startedAt: string | null
  completedAt: string | null
  head: number
  /** recordedAt of the newest event */
  lastEventAt: string
  totals: JobTotals
}

export type JobPage = { jobs: JobSummary[] /** cursor of the next page, null at the end */; next: string | null }

/** How many jobs a value of a facet has: states as they are named, actions and users with the most jobs first. */
export type FacetValue = { name: string; count: number }

export type JobFacets = {
  states: FacetValue[]
  actions: FacetValue[]
  users: FacetValue[]
  /** false: only the newest jobs were counted */
  isWhole: boolean
}

export type EventPage = {
  events: Event[]
  /** last seq that was scanned: pass it as `after` */
  next: number
  head: number
}

export type EmitResult = {
  /** first and last seq of the events that were new; null if all were known */
  firstSeq: number | null
  lastSeq: number | null
  /** in request order */
  results: { id: string; seq: number; duplicate: boolean }[]
}

/** How far the making anew of projections has come. */
export type RebuildProgress = {
  /** the job that is being read, or was last */
  jobId: string
  /** jobs done, of how many */
  jobs: number
  ofJobs: number
  /** events read of this job, of how many it has */
  events: number
  ofEvents: number
}

/** RFC 9457 problem details, with Waybill's stable code. */
export type Problem = {
  type: string
  title: string
  status: number
  detail: string
  code: string
  /** names this request in the server's log */
  requestId: string
  /** 0-based position of the offending event */
  index?: number
  /** JSON Pointer of the offending field */
  path?: string
}
