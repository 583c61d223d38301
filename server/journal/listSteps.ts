import type { Sql } from 'postgres'
import type { Outcome } from '#domain/events/fields.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

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
type StepRow = PartRow & {
  step_id: string
  kind: string | null
  parent_step_id: string | null
  outcome: Outcome | null
}
type GateRow = PartRow & { gate_id: string; passed: boolean | null }

/** All steps and gates of a job: every attempt, every run, in order of their start. @throws WaybillError NOT_FOUND */
export async function listSteps(
  sql: Sql,
  { orgId, jobId }: JobAddress,
): Promise<{ steps: StepView[]; gates: GateView[] }> {
  const [jobs, steps, gates] = await Promise.all([
    sql`select 1 from jobs where id = ${jobId} and org_id = ${orgId}`,
    sql<StepRow[]>`select * from steps where job_id = ${jobId} and org_id = ${orgId} order by started_seq, step_id`,
    sql<GateRow[]>`select * from gates where job_id = ${jobId} and org_id = ${orgId} order by started_seq, gate_id`,
  ])
  if (jobs.length === 0) throw noSuchJob(jobId)
  return {
    steps: steps.map((row) => ({
      stepId: row.step_id,
      kind: row.kind,
      parentStepId: row.parent_step_id,
      outcome: row.outcome,
      ...partView(row),
    })),
    gates: gates.map((row) => ({ gateId: row.gate_id, passed: row.passed, ...partView(row) })),
  }
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
