import type { Sql } from 'postgres'
import type { LanePlan } from '#server/journal/planLane.ts'

export type LaneAnswer = {
  /** appended: events stand at head+1…; busy: row locked elsewhere; stale: verdicts rest on an older shape; moved: expectedSeq is not the head */
  status: 'appended' | 'busy' | 'stale' | 'moved'
  head: number
  recordedAt: Date
}

type Row = { ord: number; status: LaneAnswer['status']; head: number; recorded_at: Date }

/** Appends the events of all plans in one statement: it commits as a whole, or nothing of it happened. */
export async function sendFlush(sql: Sql, plans: readonly LanePlan[]): Promise<LaneAnswer[]> {
  const rows = await sql.unsafe<Row[]>(statement, columnsOf(plans), { prepare: true })
  return rows
    .toSorted((a, b) => a.ord - b.ord)
    .map((row) => ({ status: row.status, head: row.head, recordedAt: row.recorded_at }))
}

const statement = `select ord, status, head, recorded_at from append_events($1::text::jsonb, $2::int[], $3::int[], $4::uuid[],
  $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::uuid[], $12::text[], $13::text[],
  $14::text[], $15::text[], $16::text::jsonb)`

function columnsOf(plans: readonly LanePlan[]) {
  const jobs = plans.map((plan, index) => ({
    ord: index + 1,
    org: plan.orgId,
    job: plan.lane.jobId,
    shapeSeq: plan.shapeSeq,
    expected: plan.expectedSeq,
  }))
  const rows = plans.flatMap((plan, index) =>
    plan.events.map((event, at) => ({ ord: index + 1, offset: at + 1, event })),
  )
  return [
    JSON.stringify(jobs),
    rows.map((row) => row.ord),
    rows.map((row) => row.offset),
    rows.map((row) => row.event.id),
    rows.map((row) => row.event.type),
    rows.map((row) => row.event.occurredAt),
    rows.map((row) => row.event.actor),
    rows.map((row) => row.event.payload),
    rows.map((row) => row.event.source),
    rows.map((row) => row.event.traceparent),
    rows.map((row) => row.event.causedBy),
    rows.map((row) => row.event.redactions),
    rows.map((row) => row.event.shape),
    rows.map((row) => row.event.salt),
    rows.map((row) => row.event.commitment),
    changesOf(plans),
  ]
}

function changesOf(plans: readonly LanePlan[]): string | null {
  const jobs: object[] = []
  const steps: object[] = []
  const gates: object[] = []
  for (const [index, { layer, changes }] of plans.entries()) {
    if (changes.shapeOffset === null) continue
    const ord = index + 1
    const { state, attempt, parts } = layer
    const { shapeOffset, finalOffset, started } = changes
    jobs.push({ ord, state, attempt, parts, shapeOffset, finalOffset, started })
    for (const step of changes.steps.values()) steps.push({ ord, ...step })
    for (const gate of changes.gates.values()) gates.push({ ord, ...gate })
  }
  return jobs.length === 0 ? null : JSON.stringify({ jobs, steps, gates })
}
