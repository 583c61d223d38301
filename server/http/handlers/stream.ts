import { WaybillError } from '#domain/errors.ts'
import { isFinal } from '#domain/job/shape.ts'
import { parseJobId, parseSeq } from '#server/api/parseInput.ts'
import { expandTypes } from '#server/api/typePatterns.ts'
import { readListParameter, readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'
import { openEventStream } from '#server/live/eventStream.ts'
import type { Live } from '#server/live/live.ts'

/**
 * A job's events as server-sent events, design section 7. What can be refused is refused before the stream begins: an
 * EventSource that gets a status comes to rest, one that gets an empty stream comes back for ever.
 */
export async function getEventStream({ request, url, params, context }: KnownCall): Promise<Response> {
  const { journal, live, log, auth, requests } = context.services
  const job = { orgId: context.principal.orgId, jobId: parseJobId(params.jobId ?? '') }
  const patterns = readListParameter(url, 'types')
  const types = patterns && expandTypes(patterns)
  const lastEventId = request.headers.get('last-event-id')
  // It wins: a browser that comes back sends the URL it was first given, `after` included.
  const after = lastEventId === null ? (readSeqParameter(url, 'after') ?? 0) : parseSeq(lastEventId, 'Last-Event-ID')
  const head = (await journal.readHeads([job])).get(job.jobId)
  if (head === undefined) throw new WaybillError('NOT_FOUND', `There is no job "${job.jobId}".`)
  if (after > head.head) {
    throw new WaybillError(
      'CURSOR_AHEAD',
      `The cursor ${after} is beyond the head ${head.head}; the journal may have been restored. Start again from 0.`,
      { details: { head: head.head } },
    )
  }
  // 204 stops an EventSource for good (WHATWG HTML §9.2.3), which is right: nothing can follow.
  if (lastEventId !== null && isFinal(head.state) && after === head.head) return new Response(null, { status: 204 })
  const guard = auth.guardStream(request.headers)
  const { signal, release } = streamSignal(request.signal, guard)
  const stream = openEventStream({
    live: releasing(live, release),
    job,
    after,
    signal,
    log,
    onEnd: (end) => requests.ended(end === 'left' && guard.signal.aborted ? 'credential' : end),
    ...(types && { types }),
  })
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}

type Guard = { signal: AbortSignal; release(): void }

/** Ends with the request or with the credential it was opened with. `release` is to be called once, at the end. */
function streamSignal(request: AbortSignal, guard: Guard): { signal: AbortSignal; release(): void } {
  // Not AbortSignal.any: it keeps every short-lived stream alive as long as the longest-lived signal.
  const ended = new AbortController()
  const end = () => ended.abort()
  request.addEventListener('abort', end)
  guard.signal.addEventListener('abort', end)
  if (request.aborted) end()
  return {
    signal: ended.signal,
    release: () => {
      request.removeEventListener('abort', end)
      guard.signal.removeEventListener('abort', end)
      guard.release()
    },
  }
}

/** The stream calls `return` on every way out: reader gone, request aborted, job over, server going down. */
function releasing(live: Live, release: () => void): Pick<Live, 'follow'> {
  return {
    follow(request) {
      const batches = live.follow(request)[Symbol.asyncIterator]()
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => batches.next(),
          return: (value) => {
            release()
            return batches.return?.(value) ?? Promise.resolve({ done: true, value })
          },
        }),
      }
    },
  }
}
