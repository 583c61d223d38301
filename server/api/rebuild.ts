import type { z } from 'zod'
import type { RebuildProgress } from '#domain/job/served.ts'
import type { Context } from '#server/api/context.ts'
import type { rebuildInput } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'

/** Makes projections anew from the journal, of one job or of all jobs of the caller's organisation. */
export function rebuild(
  { services, principal }: Context,
  { jobId }: z.output<typeof rebuildInput>,
): AsyncGenerator<RebuildProgress, undefined> {
  return services.projector.rebuild({
    orgId: principal.orgId,
    ...(jobId !== undefined && { jobId: parseJobId(jobId) }),
  })
}
