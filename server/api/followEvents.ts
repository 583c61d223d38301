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
 * @throws WaybillError NOT_FOUND, CURSOR_AHEAD, INVALID_INPUT; UNAUTHENTICATED once the key is no longer valid
 */
export async function* followEvents({ services, principal, headers }: Context, input: Follow, signal: AbortSignal) {
  const { orgId } = principal
  const jobId = parseJobId(input.jobId)
  const after = parseSeq(String(input.lastEventId ?? 0), 'lastEventId')
  const guard = services.auth.guardStream(headers)
  const ended = new AbortController()
  const end = () => ended.abort()
  // Not AbortSignal.any: it keeps every short-lived stream alive as long as the longest-lived signal.
  signal.addEventListener('abort', end)
  guard.signal.addEventListener('abort', end)
  if (signal.aborted) end()
  // Also what stands when the generator is returned where it waits.
  let why: StreamEndReason = 'left'
  let hasBegun = false
  try {
    for await (const batch of services.live.follow({ orgId, jobId, after, signal: ended.signal })) {
      hasBegun = true
      for (const { seq, json } of batch.events) yield tracked(String(seq), JSON.parse(json) as Event)
      if (batch.final) {
        why = 'over'
        return
      }
    }
    why = guard.signal.aborted ? 'credential' : signal.aborted ? 'left' : 'shutdown'
  } catch (error) {
    why = 'failed'
    throw error
  } finally {
    if (hasBegun) services.requests.ended(why)
    signal.removeEventListener('abort', end)
    guard.signal.removeEventListener('abort', end)
    guard.release()
  }
  if (guard.signal.aborted) throw unauthenticated('The one this stream was opened with is no longer valid.')
  // The server is going away: a plain return would tell the client that the job is over.
  throw new DOMException('The stream ended before the job; come back with the last id.', 'AbortError')
}
