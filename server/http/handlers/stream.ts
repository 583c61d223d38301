import { WaybillError } from '#domain/errors.ts'
import { isFinal } from '#domain/job/shape.ts'
import { parseJobId, parseSeq } from '#server/api/parseInput.ts'
import { expandTypes } from '#server/api/typePatterns.ts'
import { problemOf, problemResponse, retryAfterOf } from '#server/errors.ts'
import { EventStreamResponse } from '#server/http/eventStreamResponse.ts'
import { readListParameter, readParameter, readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'
import { openEventStream } from '#server/live/eventStream.ts'
import { cursorAhead, isAhead } from '#server/live/follow.ts'
import { encodeRefusal, encodeRetry, randomRetryMs } from '#server/live/sse.ts'

/**
 * A job's events as server-sent events, design section 7. What can be refused is refused before the stream begins: an
 * EventSource that gets a status comes to rest, one that gets an empty stream comes back for ever.
 */
export async function getEventStream({ request, url, params, context }: KnownCall): Promise<Response> {
  const { journal, live, log, auth, requests } = context.services
  const job = { orgId: context.principal.orgId, jobId: parseJobId(params.jobId ?? '') }
  const patterns = readListParameter(url, 'types')
  const types = patterns && expandTypes(patterns)
  const output = readOutput(url, patterns !== undefined)
  const lastEventId = request.headers.get('last-event-id')
  // It wins: a browser that comes back sends the URL it was first given, `after` included.
  const after = lastEventId === null ? (readSeqParameter(url, 'after') ?? 0) : parseSeq(lastEventId, 'Last-Event-ID')
  const head = (await journal.readHeads([job])).get(job.jobId)
  if (head === undefined) throw new WaybillError('NOT_FOUND', `There is no job "${job.jobId}".`)
  if (isAhead(after, head)) throw cursorAhead(after, head)
  // 204 stops an EventSource for good (WHATWG HTML §9.2.3), which is right: nothing can follow.
  if (lastEventId !== null && isFinal(head.state) && after === head.head) return new Response(null, { status: 204 })
  const { signal, ending, release } = auth.guardStream({
    headers: request.headers,
    orgId: job.orgId,
    request: request.signal,
  })
  const stream = openEventStream({
    live,
    job,
    after,
    signal,
    log,
    onEnd: (end) => {
      release()
      requests.ended(end === 'left' ? (ending() ?? end) : end)
    },
    ...(types && { types }),
    ...(output && { output }),
  })
  // Tells a reader that comes back how far it is behind, before the first frame.
  return new EventStreamResponse(stream, { ...streamHeaders, 'waybill-head': String(head.head) })
}

/** @throws WaybillError INVALID_INPUT */
function readOutput(url: URL, isFiltered: boolean): 'counts' | undefined {
  const text = readParameter(url, 'output')
  if (text === undefined) return undefined
  const details = { path: '/output' }
  if (text !== 'counts') {
    const message = `output must be "counts", not "${text.slice(0, 40)}"; without it every event is sent.`
    throw new WaybillError('INVALID_INPUT', message, { details })
  }
  if (isFiltered) {
    const message = 'output=counts tells of all events and cannot be combined with types; leave one of them out.'
    throw new WaybillError('INVALID_INPUT', message, { details })
  }
  return text
}

const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

/**
 * How a stream is refused. With a status, as everything else; but an EventSource takes any status for the end (WHATWG
 * HTML §9.2.3), also that of a server which is only full or has lost its database for a moment. What reads nothing but
 * streams is given one: it holds the problem under a name of its own, and when to come back.
 */
export function refuseStream(error: WaybillError, requestId: string, request: Request): Response {
  const response = problemResponse(error, requestId)
  const isPassing = response.status === 503
  if (!isPassing || request.headers.get('accept') !== 'text/event-stream') return response
  const frames = encodeRetry(randomRetryMs() * retryAfterOf(error.code))
  return new Response(frames + encodeRefusal(problemOf(error, requestId)), { headers: streamHeaders })
}
