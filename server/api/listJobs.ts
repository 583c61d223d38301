import type { z } from 'zod'
import type { JobPage, JobSummary } from '#domain/job/served.ts'
import { noTotals } from '#domain/job/totals.ts'
import type { Context } from '#server/api/context.ts'
import { type listJobsInput, pageDefaults } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'
import { present } from '#server/api/present.ts'

/** Jobs of the caller's organisation, the newest first by (createdAt, id). */
export async function listJobs(context: Context, input: z.output<typeof listJobsInput>): Promise<JobPage> {
  const { services, principal } = context
  const { jobs, next } = await services.journal.listJobs({
    ...present(input),
    orgId: principal.orgId,
    limit: input.limit ?? pageDefaults.jobs,
  })
  return { jobs: await addTotals(context, jobs), next }
}

/** @throws WaybillError NOT_FOUND */
export async function summarizeJob(context: Context, jobId: string): Promise<JobSummary> {
  const { services, principal } = context
  const record = await services.journal.readJob({ orgId: principal.orgId, jobId: parseJobId(jobId) })
  const { orgId: _orgId, inputs: _inputs, output: _output, error: _error, redactions: _redactions, ...summary } = record
  const [job] = await addTotals(context, [summary])
  return job ?? { ...summary, totals: noTotals() }
}

async function addTotals(
  { services, principal }: Context,
  jobs: readonly Omit<JobSummary, 'totals'>[],
): Promise<JobSummary[]> {
  const totals = await services.projector.totalsOf(jobs.map((job) => ({ orgId: principal.orgId, jobId: job.id })))
  return jobs.map((job) => ({ ...job, totals: totals.get(job.id) ?? noTotals() }))
}
