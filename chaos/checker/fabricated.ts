import { indexJob } from '#chaos/checker/checkJob.ts'
import { type Evidence, lookBeforeRepetition } from '#chaos/checker/checkRun.ts'
import { contentDigest, eventDigest } from '#chaos/checker/digests.ts'
import type { RequestRecord, StoredEvent, StoredJob, TranscriptLine, WindowRecord } from '#chaos/checker/evidence.ts'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { emptyView, replay } from '#domain/job/replay.ts'

export const orgId = '019a7f0e-0000-7000-8000-0000000000aa'
export const jobId = '019a7f0e-0000-7000-8000-000000000001'

const drafts: Draft[] = [
  { type: 'job.started', payload: {} },
  { type: 'step.started', payload: { stepId: 's', name: 'S' } },
  { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'one\n' } },
  { type: 'step.output', payload: { stepId: 's', stream: 'stdout', text: 'two\n' } },
  { type: 'gate.started', payload: { gateId: 'g', name: 'G' } },
]

/** Evidence of a sound run of one job with six events, to be broken in one place. Made anew for each test. */
export type Fabricated = Omit<Evidence, 'transcripts' | 'jobs' | 'requests' | 'windows' | 'seenWindows' | 'looks'> & {
  jobs: [StoredJob]
  requests: RequestRecord[]
  transcripts: TranscriptLine[]
  windows: [WindowRecord]
  seenWindows: WindowRecord[]
  looks: [{ name: string; at: number; events: Map<string, string> }]
}

export function fabricate(): Fabricated {
  const events = [createdEvent(), ...drafts.map((draft, index) => eventOf(draft, index + 2))].map(stored)
  const view = emptyView()
  for (const { event } of events) replay(view, event)
  const job: StoredJob = {
    jobId,
    orgId,
    events,
    shape: {
      state: view.shape.state,
      attempt: view.shape.attempt,
      parts: view.shape.parts,
      shapeSeq: view.shapeSeq,
      createdAt: view.createdAt ?? '',
      startedAt: view.startedAt,
      endedAt: null,
      finalSeq: null,
      steps: [...view.steps.values()],
      gates: [...view.gates.values()],
    },
    projected: { seq: 6, totals: view.totals },
  }
  const keys = indexJob(job).events.map(({ id, commitment }, index): [string, string] => {
    return [`${jobId} ${index + 1}`, `${id} ${commitment}`]
  })
  return {
    run: {
      seed: 1,
      databaseUrl: '',
      valkeyUrl: '',
      epoch: 'e',
      faults: [{ index: 0, kind: 'F3', name: 'flushed', startedAt: 150, healedAt: 250, failure: null }],
      quietAt: 1000,
      deaths: [],
      setBacks: [],
    },
    requests: [request(events, { seqs: [2, 3], sentAt: 100 }), request(events, { seqs: [4, 5, 6], sentAt: 200 })],
    transcripts: [
      { kind: 'open', connection: 1, follower: 'f', orgId, jobId, after: 1, steady: true, at: 90 },
      { kind: 'events', connection: 1, at: 120, events: delivered(events, 2, 3) },
      { kind: 'events', connection: 1, at: 260, events: delivered(events, 4, 5, 6) },
      { kind: 'stayed', connection: 1, at: 1000 },
    ],
    looks: [{ name: lookBeforeRepetition, at: 1000, events: new Map(keys) }],
    jobs: [job],
    seenWindows: [{ jobId, entries: [2, 3].map((seq) => ({ id: `${seq}-0`, type: '', json: null })) }],
    windows: [
      {
        jobId,
        entries: events.map(({ seq, event }) => ({ id: `${seq}-0`, type: event.type, json: JSON.stringify(event) })),
      },
    ],
  }
}

export function delivered(events: readonly StoredEvent[], ...seqs: number[]): [number, string][] {
  return seqs.map((seq) => [seq, events[seq - 1]?.digest ?? ''])
}

type Sent = { seqs: number[]; sentAt: number }

function request(events: readonly StoredEvent[], { seqs, sentAt }: Sent): RequestRecord {
  const own = seqs.flatMap((seq) => events[seq - 1] ?? [])
  const ids = own.map(({ id }) => id)
  const results = own.map(({ id, seq }) => ({ id, seq, duplicate: false }))
  const contents = own.map(({ content }) => content)
  const outcome = { kind: 'acknowledged' as const, results }
  return { emitter: 'e', orgId, jobId, ids, contents, sentAt, endedAt: sentAt + 20, outcome, again: null }
}

/** The request was not answered; sending it again was. */
export function unanswered(record: RequestRecord, again: RequestRecord['again']): void {
  record.outcome = { kind: 'unanswered' }
  record.again = again
}

function stored(event: Event): StoredEvent {
  const commitment = `c${event.seq}`
  const digests = { digest: eventDigest(event), content: contentDigest(event) }
  return { seq: event.seq, id: event.id, orgId, ...digests, commitment, expectedCommitment: commitment, event }
}

function createdEvent(): Event {
  return { ...envelope(1), type: 'job.created', payload: { action: 'a', inputs: {}, requestId: 'r' } } as Event
}

function eventOf(draft: Draft, seq: number): Event {
  return { ...draft, ...envelope(seq) } as Event
}

function envelope(seq: number) {
  const time = new Date(Date.UTC(2026, 10, 22, 10, 0, seq)).toISOString()
  const id = `019a7f0e-0000-7000-8000-0000000001${String(seq).padStart(2, '0')}`
  return { id, jobId, seq, occurredAt: time, recordedAt: time, actor: { userId: 'ada', kind: 'user' }, redactions: [] }
}
