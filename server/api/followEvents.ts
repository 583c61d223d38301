import { tracked } from '@trpc/server'
import type { Event } from '#domain/events/envelope.ts'
import type { Context } from '#server/api/context.ts'
import { parseJobId, parseSeq } from '#server/api/parseInput.ts'
import { unauthenticated } from '#server/auth/credential.ts'
import type { StreamEndReason } from '#server/requestCounts.ts'

type Follow = { jobId: string; lastEventId?: string | number | undefined }

/**
 * A job's events from `lastEventId` on, each tracked by its seq, until the job's final event. Returning means that
 * the job is over; every other end is an error, or the abort that makes tRPC's clients come back with their last id.
 *
 * @throws WaybillError NOT_FOUND, CURSOR_AHEAD, INVALID_INPUT, TOO_MANY_STREAMS; UNAUTHENTICATED once the key is no longer valid
 */
export async function* followEvents({ services, principal, headers }: Context, input: Follow, signal: AbortSignal) {
  const { orgId } = principal
  const jobId = parseJobId(input.jobId)
  const after = parseSeq(String(input.lastEventId ?? 0), 'lastEventId')
  const stream = services.auth.guardStream({ headers, orgId, request: signal })
  // Also what stands when the generator is returned where it waits.
  let why: StreamEndReason = 'left'
  let hasBegun = false
  try {
    for await (const batch of services.live.follow({ orgId, jobId, after, signal: stream.signal })) {
      hasBegun = true
      for (const { seq, json } of batch.events) yield tracked(String(seq), JSON.parse(json) as Event)
      if (batch.final) {
        why = 'over'
        return
      }
    }
    why = stream.ending() ?? 'shutdown'
  } catch (error) {
    why = 'failed'
    throw error
  } finally {
    if (hasBegun) services.requests.ended(why)
    stream.release()
  }
  if (why === 'credential') throw unauthenticated('The one this stream was opened with is no longer valid.')
  // Old, or the server is going away: a plain return would tell the client that the job is over.
  throw new DOMException('The stream ended before the job; come back with the last id.', 'AbortError')
}
