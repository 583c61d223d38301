import type { Sql } from 'postgres'
import { type PartKey, partKey } from '#domain/job/replay.ts'

/** Every run of some steps of a job, by step, in the order of their starts. */
export type StepRuns = ReadonlyMap<string, readonly { key: PartKey; startedSeq: number }[]>

/**
 * The runs of these steps, as far as the job has come. To be read after the events that name them: then no run of theirs
 * is missing, and what started later is told by its seq.
 */
export async function readStepRuns(sql: Sql, jobId: string, stepIds: Iterable<string>): Promise<StepRuns> {
  const wanted = [...stepIds]
  if (wanted.length === 0) return new Map()
  const rows = await sql<{ step_id: string; attempt: number; run: number; started_seq: number }[]>`
    select step_id, attempt, run, started_seq from steps
    where job_id = ${jobId} and step_id = any(${wanted}::text[]) order by started_seq`
  return Map.groupBy(
    rows.map((row) => ({ ...row, key: partKey(row.attempt, row.run, row.step_id), startedSeq: row.started_seq })),
    (row) => row.step_id,
  )
}

/** The run that an event of step.output or step.progress belongs to, and whether it started it itself. */
export function runAt(runs: StepRuns, stepId: string, seq: number): { scope: string; startsStep: boolean } {
  const run = runs.get(stepId)?.findLast(({ startedSeq }) => startedSeq <= seq)
  return { scope: run?.key ?? '', startsStep: run?.startedSeq === seq }
}
