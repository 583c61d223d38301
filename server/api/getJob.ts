import type { Job } from '#domain/job/served.ts'
import type { Context } from '#server/api/context.ts'
import { pageDefaults } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'

/**
 * @param logs newest lines of output to include, default 1,000
 * @throws WaybillError NOT_FOUND
 */
export async function getJob(
  { services, principal }: Context,
  { jobId, logs = pageDefaults.logs }: { jobId: string; logs?: number | undefined },
): Promise<Job> {
  const address = { orgId: principal.orgId, jobId: parseJobId(jobId) }
  const [record, lines] = await Promise.all([
    services.journal.readJob(address),
    logs === 0 ? [] : services.journal.readLogs(address, logs),
  ])
  return {
    id: record.id,
    state: record.state,
    createdAt: record.createdAt,
    ...(record.startedAt !== null && { startedAt: record.startedAt }),
    ...(record.completedAt !== null && { completedAt: record.completedAt }),
    ...(record.output !== undefined && { output: record.output }),
    ...(record.error !== undefined && { error: record.error }),
    logs: lines,
    metadata: {
      requestId: record.requestId,
      userId: record.userId,
      orgId: record.orgId,
      action: record.action,
      inputs: record.inputs,
    },
  }
}
