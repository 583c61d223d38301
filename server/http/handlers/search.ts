import type { SearchMessage } from '#domain/search/messages.ts'
import { searchInput } from '#server/api/inputs.ts'
import { parseInput } from '#server/api/parseInput.ts'
import { searchOutput } from '#server/api/searchOutput.ts'
import { problemOf, toServedError } from '#server/errors.ts'
import { readParameter, readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'

/** Searches a job's output: one message a line, docs/search.md. What can be refused is refused with a status. */
export async function getSearch({ request, url, params, context }: KnownCall): Promise<Response> {
  const input = parseInput(searchInput, {
    jobId: params.jobId,
    q: readParameter(url, 'q') ?? '',
    limit: readSeqParameter(url, 'limit'),
    after: readSeqParameter(url, 'after'),
    before: readSeqParameter(url, 'before'),
  })
  const messages = await searchOutput(context, input)
  // A handler that is late: nobody would read the stream, and nobody cancel it.
  if (request.signal.aborted) await messages.return()
  return new Response(streamLines(messages, context.requestId), {
    headers: {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
}

function streamLines(messages: AsyncGenerator<SearchMessage, void>, requestId: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const encode = (message: SearchMessage) => encoder.encode(`${JSON.stringify(message)}\n`)
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await messages.next()
        if (done) return controller.close()
        controller.enqueue(encode(value))
      } catch (error) {
        // The status is sent: the last line says what it would have.
        controller.enqueue(encode({ type: 'failed', problem: problemOf(toServedError(error), requestId) }))
        controller.close()
      }
    },
    async cancel() {
      await messages.return()
    },
  })
}
