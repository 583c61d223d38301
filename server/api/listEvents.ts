import type { z } from 'zod'
import type { Context } from '#server/api/context.ts'
import { type listEventsInput, pageDefaults } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'
import { present } from '#server/api/present.ts'
import { expandTypes } from '#server/api/typePatterns.ts'
import type { StoredPage } from '#server/journal/journal.ts'

/** A page of events, still as the JSON they are stored as. @throws WaybillError NOT_FOUND, UNKNOWN_EVENT_TYPE */
export async function listEvents(
  { services, principal }: Context,
  input: z.output<typeof listEventsInput>,
): Promise<StoredPage> {
  const { jobId, types, limit, ...range } = input
  return services.journal.readEvents({
    ...present(range),
    ...(types !== undefined && { types: expandTypes(types) }),
    orgId: principal.orgId,
    jobId: parseJobId(jobId),
    limit: limit ?? pageDefaults.events,
  })
}
