import { createHash } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { byStart } from '#chaos/checker/checkJob.ts'
import { contentDigest, eventDigest } from '#chaos/checker/digests.ts'
import type { Look, Moment, StoredEvent, StoredJob, StoredShape } from '#chaos/checker/evidence.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { Outcome } from '#domain/events/fields.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'
import { commitmentPreimage } from '#domain/merkle/commitment.ts'

/** A connection of the checker's own, as the owner, who sees every row. */
export function openJournalReader(databaseUrl: string): Sql {
  return postgres(databaseUrl, {
    max: 1,
    connect_timeout: 5,
    onnotice: () => {},
    fetch_types: false,
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: { application_name: 'chaos checker', search_path: 'waybill', TimeZone: 'UTC' },
  }) as unknown as Sql
}

export async function listJobIds(sql: Sql): Promise<string[]> {
  return (await sql<{ id: string }[]>`select id from jobs order by id`).map(({ id }) => id)
}

/** What is there at this moment, to be held against later. */
export async function lookAtJournal(sql: Sql, { name, at }: { name: string; at: Moment }): Promise<Look> {
  const events: Look['events'] = new Map()
  const rows = sql<{ job_id: string; seq: number; id: string; commitment: Buffer }[]>`
    select job_id, seq, id, commitment from job_events`
  await rows.cursor(5000, (page) => {
    for (const { job_id, seq, id, commitment } of page)
      events.set(`${job_id} ${seq}`, `${id} ${commitment.toString('hex')}`)
  })
  return { name, at, events }
}

type JobRow = {
  org_id: string
  state: string
  attempt: number
  parts: number
  shape_seq: number
  created_at: Date
  started_at: Date | null
  completed_at: Date | null
  final_seq: number | null
  projected_seq: number | null
  totals: string | null
}

/** All of one job: at most some 100,000 events, which are in memory together. */
export async function readStoredJob(sql: Sql, jobId: string): Promise<StoredJob> {
  const [job] = await sql<JobRow[]>`
    select j.*, t.projected_seq, t.totals from jobs j left join job_projections t on t.job_id = j.id where j.id = ${jobId}`
  if (job === undefined) throw new Error(`There is no job ${jobId} any more`)
  const shape: StoredShape = {
    state: job.state,
    attempt: job.attempt,
    parts: job.parts,
    shapeSeq: job.shape_seq,
    createdAt: job.created_at.toISOString(),
    startedAt: job.started_at?.toISOString() ?? null,
    endedAt: job.completed_at?.toISOString() ?? null,
    finalSeq: job.final_seq,
    steps: (await readSteps(sql, jobId)).sort(byStart),
    gates: (await readGates(sql, jobId)).sort(byStart),
  }
  const projected =
    job.projected_seq === null || job.totals === null
      ? null
      : { seq: job.projected_seq, totals: JSON.parse(job.totals) }
  return { jobId, orgId: job.org_id, events: await readEvents(sql, jobId), shape, projected }
}

type EventRow = {
  org_id: string
  seq: number
  id: string
  type: string
  occurred_at: Date
  recorded_at: Date
  actor: string | null
  payload: string | null
  source: string | null
  traceparent: string | null
  caused_by: string | null
  redactions: string
  salt: Buffer | null
  commitment: Buffer
}

async function readEvents(sql: Sql, jobId: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  const rows = sql<EventRow[]>`
    select org_id, seq, id, type, occurred_at, recorded_at, actor, payload, source, traceparent, caused_by, redactions,
      salt, commitment
    from job_events where job_id = ${jobId} order by seq`
  await rows.cursor(2000, (page) => {
    for (const row of page) events.push(storedEvent(jobId, row))
  })
  return events
}

function storedEvent(jobId: string, row: EventRow): StoredEvent {
  const { seq, id, type, actor, payload, salt } = row
  const envelope = {
    id,
    jobId,
    seq,
    type,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    actor: JSON.parse(actor ?? 'null'),
    ...(row.source !== null && { source: row.source }),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    ...(row.caused_by !== null && { causedBy: row.caused_by }),
    payload: JSON.parse(payload ?? 'null'),
    redactions: JSON.parse(row.redactions),
  }
  const isWhole = salt !== null && actor !== null && payload !== null
  return {
    seq,
    id,
    orgId: row.org_id,
    digest: eventDigest(envelope),
    content: contentDigest(envelope),
    commitment: row.commitment.toString('hex'),
    expectedCommitment: isWhole
      ? createHash('sha256')
          .update(commitmentPreimage(salt, actor, payload))
          .digest('hex')
      : null,
    event: envelope as unknown as Event,
  }
}

type PartRow = {
  attempt: number
  run: number
  name: string
  explicit: boolean
  started_seq: number
  started_at: Date
  ended_seq: number | null
  ended_at: Date | null
}

async function readSteps(sql: Sql, jobId: string): Promise<StepView[]> {
  type Row = PartRow & { step_id: string; kind: string | null; parent_step_id: string | null; outcome: Outcome | null }
  const rows = await sql<Row[]>`select * from steps where job_id = ${jobId}`
  return rows.map((row) => ({
    stepId: row.step_id,
    kind: row.kind,
    parentStepId: row.parent_step_id,
    outcome: row.outcome,
    ...partView(row),
  }))
}

async function readGates(sql: Sql, jobId: string): Promise<GateView[]> {
  const rows = await sql<(PartRow & { gate_id: string; passed: boolean | null })[]>`
    select * from gates where job_id = ${jobId}`
  return rows.map((row) => ({ gateId: row.gate_id, passed: row.passed, ...partView(row) }))
}

function partView(row: PartRow) {
  return {
    attempt: row.attempt,
    run: row.run,
    name: row.name,
    explicit: row.explicit,
    startedSeq: row.started_seq,
    startedAt: row.started_at.toISOString(),
    endedSeq: row.ended_seq,
    endedAt: row.ended_at?.toISOString() ?? null,
  }
}
