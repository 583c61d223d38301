import { expect } from 'vitest'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { listSteps } from '#server/journal/listSteps.ts'
import type { JournalTestbed } from '#testing/journals.ts'

/**
 * Whatever happened to a job: its seqs are 1..n, its times never decrease, no id occurs twice, and replaying its events
 * gives exactly what jobs, steps and gates say.
 */
export async function expectSoundJob(
  bed: JournalTestbed,
  job: JobAddress,
): Promise<{ events: Event[]; view: JobView }> {
  const events = await bed.eventsOf(job)
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1))
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
  const times = events.map((event) => event.recordedAt)
  expect(times).toEqual(times.toSorted())
  const view = emptyView()
  for (const event of events) expect(replay(view, event)).toBeNull()
  expect(await storedView(bed, job)).toEqual({
    state: view.shape.state,
    attempt: view.shape.attempt,
    parts: view.shape.parts,
    shapeSeq: view.shapeSeq,
    createdAt: view.createdAt,
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    finalSeq: view.endedAt === null ? null : view.head,
    steps: [...view.steps.values()].sort(byStart),
    gates: [...view.gates.values()].sort(byStart),
  })
  return { events, view }
}

async function storedView({ owner }: JournalTestbed, job: JobAddress) {
  const [row] = await owner<Row[]>`
    select state, attempt, parts, shape_seq as "shapeSeq", created_at as "createdAt", started_at as "startedAt",
      completed_at as "endedAt", final_seq as "finalSeq"
    from jobs where id = ${job.jobId} and org_id = ${job.orgId}`
  if (!row) throw new Error(`there is no job ${job.jobId}`)
  const { steps, gates } = await listSteps(owner, job)
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    steps: steps.sort(byStart),
    gates: gates.sort(byStart),
  }
}

type Row = {
  state: string
  attempt: number
  parts: number
  shapeSeq: number
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
  finalSeq: number | null
}

/** One event starts one part at most, so no two start at the same seq. */
function byStart(a: { startedSeq: number }, b: { startedSeq: number }): number {
  return a.startedSeq - b.startedSeq
}
