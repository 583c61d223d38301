import type { z } from 'zod'
import type { JobFacets } from '#domain/job/served.ts'
import type { Context } from '#server/api/context.ts'
import type { facetsInput } from '#server/api/inputs.ts'
import { present } from '#server/api/present.ts'

/** How many jobs of the caller's organisation there are of each state, action and user. */
export function countFacets({ services, principal }: Context, input: z.output<typeof facetsInput>): Promise<JobFacets> {
  return services.journal.countFacets({ ...present(input), orgId: principal.orgId })
}
