import { createJob } from '#server/api/createJob.ts'
import { getJob } from '#server/api/getJob.ts'
import { createJobInput, getJobInput } from '#server/api/inputs.ts'
import { parseInput } from '#server/api/parseInput.ts'
import { readJson } from '#server/http/readJson.ts'
import { readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'

/** 201 with the new job, 200 if this requestId made it before. */
export async function postJob({ request, context }: KnownCall): Promise<Response> {
  const input = parseInput(createJobInput, await readJson(request))
  const { job, created } = await createJob(context, input)
  return Response.json(job, { status: created ? 201 : 200, headers: { location: `/api/jobs/${job.id}` } })
}

/** JobStatus, design section 5. */
export async function getJobStatus({ url, params, requestId, context }: KnownCall): Promise<Response> {
  const { jobId, logs } = parseInput(getJobInput, { jobId: params.jobId, logs: readSeqParameter(url, 'logs') })
  return Response.json({ requestId, job: await getJob(context, { jobId, logs }) })
}
