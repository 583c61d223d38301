import type { Event } from '#domain/events/envelope.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'
import type { JobTotals } from '#domain/job/totals.ts'

/** Milliseconds on the one clock of the process that wrote the evidence; never compared with a server's clock. */
export type Moment = number

export type FaultRecord = {
  /** position in the schedule, 0-based */
  index: number
  /** `F1` to `F13` */
  kind: string
  /** what exactly was done, e.g. `killed before the commit` */
  name: string
  startedAt: Moment
  /** when everything hurt was whole again */
  healedAt: Moment
  /** null: went as planned */
  failure: string | null
}

export type Outcome =
  | { kind: 'acknowledged'; results: { id: string; seq: number; duplicate: boolean }[] }
  | { kind: 'refused'; code: string }
  /** no answer, or one that says try again */
  | { kind: 'unanswered' }

/** One request of an emitter, over all its tries: the line of an ack log. */
export type RequestRecord = {
  emitter: string
  orgId: string
  jobId: string
  /** in request order */
  ids: string[]
  /** of each draft, see contentDigest */
  contents: string[]
  /** when its first try went out */
  sentAt: Moment
  /** when the last try ended */
  endedAt: Moment
  outcome: Outcome
  /** sent once more after everything was quiet, if it was unanswered */
  again: Outcome | null
}

/** The lines of a follower's transcript, oldest first. A connection is one stream, or one call that mends its streams itself. */
export type TranscriptLine =
  | {
      kind: 'open'
      connection: number
      follower: string
      orgId: string
      jobId: string
      after: number
      /** stays and comes back with its last id, so it must be level soon after every fault */
      steady: boolean
      at: Moment
    }
  | { kind: 'events'; connection: number; at: Moment; events: [seq: number, digest: string][] }
  /** the stream said that the job is over */
  | { kind: 'end'; connection: number; at: Moment; head: number }
  | { kind: 'close'; connection: number; at: Moment }
  /** was told that its cursor is not of this history, and starts again from 0 */
  | { kind: 'refused'; connection: number; at: Moment }
  /** a request that must be refused, and what it was answered; 0 for none */
  | { kind: 'probe'; follower: string; what: 'foreign job' | 'beyond head'; status: number; at: Moment }
  /** went on until everything was quiet: the connection it had then must have reached the head */
  | { kind: 'stayed'; connection: number; at: Moment }

export type StoredEvent = {
  seq: number
  id: string
  orgId: string
  /** of the whole envelope, see eventDigest */
  digest: string
  /** of type and payload, see contentDigest */
  content: string
  /** hex */
  commitment: string
  /** what actor, payload and salt give; null once erased */
  expectedCommitment: string | null
  event: Event
}

/** The job's row and its parts, in the terms of domain/job/replay.ts. */
export type StoredShape = {
  state: string
  attempt: number
  parts: number
  shapeSeq: number
  createdAt: string
  startedAt: string | null
  endedAt: string | null
  finalSeq: number | null
  steps: StepView[]
  gates: GateView[]
}

/** All that PostgreSQL holds of one job. */
export type StoredJob = {
  jobId: string
  orgId: string
  events: StoredEvent[]
  shape: StoredShape
  /** null: nothing projected yet */
  projected: { seq: number; totals: JobTotals } | null
}

/** What the other checks need of a job once its events were read. */
export type JobIndex = {
  orgId: string
  head: number
  finalSeq: number | null
  /** by seq - 1 */
  events: { id: string; digest: string; content: string; commitment: string }[]
  seqById: Map<string, number>
}

/** A look at the journal while it was in use: `<job> <seq>` to `<id> <commitment>`. */
export type Look = { at: Moment; name: string; events: Map<string, string> }

/** PostgreSQL was set back to how it was at `from`; what it recorded from then until `to` may be gone. */
export type SetBack = { from: Moment; to: Moment }

/** One window as Valkey holds it; `at`: as it did during the run. */
export type WindowRecord = { jobId: string; at?: Moment; entries: { id: string; type: string; json: string | null }[] }

/** What the checker is not to find out by itself. */
export type RunRecord = {
  seed: number
  databaseUrl: string
  valkeyUrl: string
  epoch: string
  faults: FaultRecord[]
  /** when nothing was hurt, sent or missing any more */
  quietAt: Moment
  /** processes that ended without having been told to */
  deaths: { what: string; at: Moment; lastLines: string }[]
  setBacks: SetBack[]
}
