import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { WaybillError } from '#domain/errors.ts'
import { errorShape, unwrapError } from '#server/api/errorShape.ts'
import { router } from '#server/api/router.ts'
import { errorTable } from '#server/errors.ts'
import { refuseOtherMedia } from '#server/http/readBody.ts'
import { parseJsonText, readJson } from '#server/http/readJson.ts'
import type { KnownCall } from '#server/http/route.ts'
import { encodeRetry, randomRetryMs } from '#server/live/sse.ts'

/** Calls in one batched request: each runs on its own, so a batch is as many requests at once. */
const MAX_BATCH = 50

/** tRPC over fetch, with bodies and inputs read by our own strict and bounded reader. */
export async function serveTrpc({ request, url, context }: KnownCall): Promise<Response> {
  if (url.searchParams.has('connectionParams')) {
    // tRPC's clients put credentials into them, and URLs end up in logs.
    throw new WaybillError('INVALID_INPUT', 'Connection parameters are not taken: send the key in a header.')
  }
  if (request.method === 'GET') {
    // Text that no database keeps (NUL, half a surrogate pair) would end as a 500 in a query.
    const input = url.searchParams.get('input')
    if (input !== null) parseJsonText(input)
  } else {
    // tRPC also takes forms and bytes, which it reads without any limit.
    refuseOtherMedia(request.headers)
  }
  const response = await fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request.method === 'GET' ? request : withStrictBody(request),
    router,
    maxBatchSize: MAX_BATCH,
    createContext: () => context,
    onError: ({ error, path }) => {
      const served = unwrapError(error)
      context.services.requests.refused(served.code)
      if (errorTable[served.code].status < 500) return
      context.services.log.error('a procedure failed', { requestId: context.requestId, path }, served.cause ?? served)
    },
  })
  const { headers } = response
  // What tRPC refuses as a whole (a batch that is too long) it labels text/plain, which its clients then cannot read.
  if (headers.get('content-type')?.startsWith('text/plain')) headers.set('content-type', 'application/json')
  if (!headers.get('content-type')?.startsWith('text/event-stream') || response.body === null) return response
  return new Response(withRetry(response.body), { status: response.status, headers })
}

/** tRPC leaves it to the browser when to come back: all of a server's readers at the same moment. */
function withRetry(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(new TextEncoder().encode(encodeRetry(randomRetryMs()))),
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is fetched ahead of the reader.
    { highWaterMark: 0 },
  )
}

/** All that tRPC reads of a request, with a body of ours: its own has no limit. Read when it is asked for, once. */
function withStrictBody(request: Request): Request {
  const { url, method, headers, signal } = request
  return { url, method, headers, signal, json: () => readJson(request) } as Request
}

/** What tRPC's clients take for an error, for refusals that come before tRPC. */
export function refuseTrpc(error: WaybillError, requestId: string): Response {
  return Response.json({ error: errorShape(error, requestId) }, { status: errorTable[error.code].status })
}
