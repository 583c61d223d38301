import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import type { RebuildProgress } from '#domain/job/served.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'
import { type JobBehind, projectJob } from '#server/projector/projectJob.ts'

/**
 * Makes the projections of one job, or of all jobs of an organisation, anew from the journal, one job after the other.
 * While a job's are being made, readers take what is missing from the journal: slower, and as exact as always.
 *
 * @throws WaybillError NOT_FOUND; BUSY if what is made keeps being made anew by somebody else
 */
export async function* rebuildJobs(
  sql: Sql,
  { orgId, jobId }: { orgId: string; jobId?: string | undefined },
): AsyncGenerator<RebuildProgress, undefined> {
  const jobs = await sql<{ id: string }[]>`
    select id from jobs where org_id = ${orgId} and (${jobId ?? null}::uuid is null or id = ${jobId ?? null}) order by id`
  if (jobId !== undefined && jobs.length === 0) throw noSuchJob(jobId)
  for (const [done, { id }] of jobs.entries()) {
    for await (const { events, ofEvents } of rebuildJob(sql, orgId, id)) {
      yield { jobId: id, jobs: done, ofJobs: jobs.length, events, ofEvents }
    }
    yield { jobId: id, jobs: done + 1, ofJobs: jobs.length, events: 0, ofEvents: 0 }
  }
}

async function* rebuildJob(
  sql: Sql,
  orgId: string,
  jobId: string,
): AsyncGenerator<{ events: number; ofEvents: number }, undefined> {
  const [row] = await sql<{ head: number }[]>`
    with gone as (delete from job_projections where job_id = ${jobId}),
      no_chunks as (delete from line_chunks where job_id = ${jobId}),
      no_runs as (delete from outline_runs where job_id = ${jobId}),
      no_cuts as (delete from outline_cuts where job_id = ${jobId})
    select seq as head from job_events where job_id = ${jobId} order by seq desc limit 1`
  const ofEvents = row?.head ?? 0
  const state = { reached: 0 }
  try {
    while (state.reached < ofEvents) {
      yield { events: state.reached, ofEvents }
      await projectNext(sql, { orgId, jobId, state })
    }
    yield { events: ofEvents, ofEvents }
  } finally {
    // Whoever asked is gone; a job without its projections would be slow to read, and no flush tells of it.
    while (state.reached < ofEvents) await projectNext(sql, { orgId, jobId, state })
  }
}

type Rebuilt = { orgId: string; jobId: string; state: { reached: number } }

/** One turn, by us or by the projector. @throws WaybillError BUSY */
async function projectNext(sql: Sql, { orgId, jobId, state }: Rebuilt): Promise<void> {
  await projectJob(sql, await readBehind(sql, orgId, jobId))
  const { projected_seq } = await readBehind(sql, orgId, jobId)
  // Less than before: somebody else began anew. Two that do so would undo each other's work for ever.
  if ((projected_seq ?? 0) < state.reached) {
    state.reached = Number.POSITIVE_INFINITY
    throw rebuiltTwice(jobId)
  }
  state.reached = projected_seq ?? 0
}

async function readBehind(sql: Sql, orgId: string, jobId: string): Promise<JobBehind> {
  const [row] = await sql<JobBehind[]>`
    select job_id, org_id, projected_seq, totals, lines, outline, counts from job_projections where job_id = ${jobId}`
  return (
    row ?? { job_id: jobId, org_id: orgId, projected_seq: null, totals: null, lines: null, outline: null, counts: null }
  )
}

function rebuiltTwice(jobId: string): WaybillError {
  return new WaybillError('BUSY', `Job ${jobId} is being rebuilt by somebody else at the same time; try again later.`)
}
