import type { EventType } from '#domain/events/catalogue.ts'
import type { Actor, Draft, Redaction } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'
import type { EmitResult, JobFacets, JobSummary } from '#domain/job/served.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { JournalStats } from '#server/journal/journalCounts.ts'

/** One committed event: what routing needs, and the envelope as one line of JSON, never parsed on the way out. */
export type StoredEvent = {
  seq: number
  type: EventType
  /** the envelope (design section 5) as served */
  json: string
}

/** A draft after redaction; `redactions` says what was taken out. */
export type CleanDraft = { draft: Draft; redactions: Redaction[] }

export type JobAddress = { orgId: string; jobId: string }

export type AppendRequest = JobAddress & {
  actor: Actor
  events: readonly CleanDraft[]
  /** refuse unless the job's head is exactly this */
  expectedSeq?: number
}

export type CreateRequest = {
  orgId: string
  actor: Actor
  requestId: string
  action: string
  inputs: Record<string, Json>
  title?: string
  labels?: Record<string, string>
  parentJobId?: string
  redactions: Redaction[]
}

/** What was just committed, for those who make it live. Events are contiguous: firstSeq..lastSeq. */
export type Committed = JobAddress & {
  firstSeq: number
  lastSeq: number
  events: readonly StoredEvent[]
  state: JobState
}

export type Head = {
  head: number
  state: JobState
  /** the event at the head, where that is known */
  id?: string
  /** cursors up to this seq may be of readers that were given events which a restore took away */
  lost?: number
}

export type EventAddress = JobAddress & { seq: number; id: string }

/** An event by its seq, or by its id. */
export type EventName = JobAddress & { event: number | string }

export type EventQuery = JobAddress & {
  /** events with seq greater than this; default 0 */
  after?: number
  /** events with seq less than this */
  before?: number
  types?: readonly EventType[]
  stepId?: string
  limit: number
}

export type StoredPage = { events: StoredEvent[] /** last seq scanned */; next: number; head: number; state: JobState }

export type JobQuery = {
  orgId: string
  state?: JobState
  action?: string
  userId?: string
  /** matches title, action, request id, case-insensitive */
  text?: string
  cursor?: string
  limit: number
}

export type JobRecord = Omit<JobSummary, 'totals'> & {
  orgId: string
  inputs: Record<string, Json>
  output?: Json
  error?: { code: string; message: string }
  redactions: Redaction[]
}

/** The journal as the rest of the server sees it. Unknown and foreign jobs: WaybillError NOT_FOUND. */
export type Journal = {
  /** Idempotent by (org, requestId); other content under a known requestId: REQUEST_ID_REUSED. */
  createJob(request: CreateRequest): Promise<{ jobId: string; created: boolean }>
  /** Resolves once the events are durable. */
  append(request: AppendRequest): Promise<EmitResult>
  readEvents(query: EventQuery): Promise<StoredPage>
  /** An event that the job does not have: NOT_FOUND. */
  readEvent(name: EventName): Promise<StoredEvent>
  /** One query for all; jobs that do not exist are absent from the answer. */
  readHeads(jobs: readonly JobAddress[]): Promise<Map<string, Head>>
  /** Names this history: another one whenever the database may have been set back. */
  readEpoch(): Promise<string>
  /** Of these jobs, those that still have exactly this event at this seq. */
  keepsEvents(events: readonly EventAddress[]): Promise<Set<string>>
  /** Remembers up to which seq readers were given events of which some are gone; see Head.lost. */
  noteLosses(events: readonly Omit<EventAddress, 'id'>[]): Promise<void>
  readJob(job: JobAddress): Promise<JobRecord>
  /** The newest `lines` lines of step.output, oldest first. */
  readLogs(job: JobAddress, lines: number): Promise<string[]>
  listJobs(query: JobQuery): Promise<{ jobs: Omit<JobSummary, 'totals'>[]; next: string | null }>
  /** Of the newest 10,000 that match. */
  countFacets(query: Omit<JobQuery, 'cursor' | 'limit'>): Promise<JobFacets>
  listSteps(job: JobAddress): Promise<{ steps: StepView[]; gates: GateView[] }>
  stats(): JournalStats
  /** Waits for flushes under way; refuses new ones with UNAVAILABLE. */
  close(): Promise<void>
}
