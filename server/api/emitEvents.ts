import { WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import { parseDraft, refuseRepeatedIds } from '#domain/events/parseDraft.ts'
import type { EmitResult } from '#domain/job/served.ts'
import { actorOf, type Context } from '#server/api/context.ts'
import { emitInput } from '#server/api/inputs.ts'
import { parseInput, parseJobId } from '#server/api/parseInput.ts'

export type EmitInput = { jobId: string; events: Draft[]; expectedSeq?: number | undefined }

/**
 * Judges the shape of a request to emit; the state of the job is the journal's to judge.
 *
 * @throws WaybillError TOO_MANY_EVENTS, DUPLICATE_EVENT_ID and all of parseDraft, with the event's index
 */
export function parseEmit(value: unknown): EmitInput {
  const { jobId, events, expectedSeq } = parseInput(emitInput, value)
  if (events.length > limits.eventsPerRequest) {
    throw new WaybillError(
      'TOO_MANY_EVENTS',
      `The request has ${events.length} events, at most ${limits.eventsPerRequest} are allowed; send several requests.`,
      { details: { path: '/events' } },
    )
  }
  const drafts = events.map(parseDraft)
  refuseRepeatedIds(drafts)
  return { jobId, events: drafts, expectedSeq }
}

/** Records events of one job, whole or not at all; resolves once they are durable. */
export function emitEvents({ services, principal }: Context, input: EmitInput): Promise<EmitResult> {
  return services.journal.append({
    orgId: principal.orgId,
    jobId: parseJobId(input.jobId),
    actor: actorOf(principal),
    events: input.events.map((draft) => ({ draft, redactions: [] })),
    ...(input.expectedSeq !== undefined && { expectedSeq: input.expectedSeq }),
  })
}
