import type { Sql } from 'postgres'
import { type JobFold, outputLines, type ReadEvent, readEvent } from '#server/projector/jobFold.ts'
import { readEventPage, readRuns } from '#server/projector/readEventPage.ts'
import { readStepRuns, runAt, type StepRuns } from '#server/projector/stepRuns.ts'

/**
 * Takes a job's events after those in the fold, up to `end` or where the job ends for now.
 *
 * @returns the seq of the newest event in the fold
 */
export async function foldEvents(
  sql: Sql,
  { jobId, fold, end }: { jobId: string; fold: JobFold; end: number },
): Promise<number> {
  const { projection, lines } = fold
  while (projection.seq < end) {
    const rows = await readEventPage(sql, { jobId, after: projection.seq, end })
    if (rows.length === 0) break
    const events = rows.map(readEvent)
    const runs = await readRunsOf(sql, jobId, events)
    const [count, characters] = sizeOf(events)
    if (lines.needsTexts(count, characters)) await loadOpenLines(sql, jobId, fold)
    for (const event of events) fold.take(event, runs)
  }
  return projection.seq
}

/** Gives the open chunk its texts, from the events that it is made of. */
export async function loadOpenLines(sql: Sql, jobId: string, { lines }: JobFold): Promise<void> {
  const outputs = (await readRuns(sql, jobId, lines.state.open)).map(readEvent)
  const runs = await readRunsOf(sql, jobId, outputs)
  lines.load(outputs.map((output) => outputLines(output, runAt(runs, output.stepId ?? '', output.seq).scope)))
}

function readRunsOf(sql: Sql, jobId: string, events: readonly ReadEvent[]): Promise<StepRuns> {
  return readStepRuns(sql, jobId, new Set(events.map(({ stepId }) => stepId).filter((stepId) => stepId !== null)))
}

function sizeOf(events: readonly ReadEvent[]): [lines: number, characters: number] {
  let count = 0
  let characters = 0
  for (const { lines } of events) {
    count += lines.length
    for (const line of lines) characters += line.length
  }
  return [count, characters]
}
