import type { z } from 'zod'
import { isWaybillError, WaybillError } from '#domain/errors.ts'
import { limits } from '#domain/events/limits.ts'
import { depthOf } from '#domain/events/parseDraft.ts'
import type { Job } from '#domain/job/served.ts'
import { redactInputs } from '#domain/redaction/redactInputs.ts'
import { actorOf, type Context } from '#server/api/context.ts'
import { getJob } from '#server/api/getJob.ts'
import type { createJobInput } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'
import { present } from '#server/api/present.ts'

/**
 * Records a new job, or finds the one that this requestId made before. Inputs are redacted before anything else sees
 * them.
 *
 * @throws WaybillError REQUEST_ID_REUSED, NOT_FOUND (parentJobId), TOO_DEEP, PAYLOAD_TOO_LARGE
 */
export async function createJob(
  context: Context,
  input: z.output<typeof createJobInput>,
): Promise<{ job: Job; created: boolean }> {
  if (depthOf(input) > limits.depth) {
    throw new WaybillError('TOO_DEEP', `The inputs are nested deeper than ${limits.depth - 1} levels.`, {
      details: { path: '/inputs' },
    })
  }
  const { principal, services } = context
  const { inputs, redactions } = redactInputs(input.action, input.inputs, services.inputPolicies)
  const parentJobId = input.parentJobId === undefined ? undefined : await findParent(context, input.parentJobId)
  const { jobId, created } = await services.journal
    .createJob({
      ...present({ ...input, parentJobId }),
      inputs,
      orgId: principal.orgId,
      actor: actorOf(principal),
      redactions,
    })
    .catch(withoutIndex)
  return { job: await getJob(context, { jobId }), created }
}

/** A parent elsewhere is no parent: what a job belongs to must be visible to those who see the job. */
async function findParent({ services, principal }: Context, text: string): Promise<string> {
  const jobId = parseJobId(text)
  const heads = await services.journal.readHeads([{ orgId: principal.orgId, jobId }])
  if (heads.has(jobId)) return jobId
  throw new WaybillError('NOT_FOUND', `There is no job ${jobId} to be the parent.`, {
    details: { path: '/parentJobId' },
  })
}

/** The journal speaks of "Event 0", which the caller has not sent. */
function withoutIndex(error: unknown): never {
  if (isWaybillError(error) && error.code === 'PAYLOAD_TOO_LARGE') {
    throw new WaybillError(
      'PAYLOAD_TOO_LARGE',
      `The inputs, title and labels are larger than the ${limits.payloadBytes} bytes that a payload may have.`,
      { details: { path: '/inputs' } },
    )
  }
  throw error
}
