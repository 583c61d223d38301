import type { z } from 'zod'
import type { Context } from '#server/api/context.ts'
import type { eventInput } from '#server/api/inputs.ts'
import { parseEventName, parseJobId } from '#server/api/parseInput.ts'
import type { StoredEvent } from '#server/journal/journal.ts'

/** One event by seq or id, still as the JSON it is stored as. @throws WaybillError NOT_FOUND */
export async function getEvent(
  { services, principal }: Context,
  { jobId, event }: z.output<typeof eventInput>,
): Promise<StoredEvent> {
  return services.journal.readEvent({
    orgId: principal.orgId,
    jobId: parseJobId(jobId),
    event: parseEventName(event),
  })
}
