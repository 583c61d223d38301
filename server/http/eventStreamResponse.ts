import type { EventStream } from '#server/live/eventStream.ts'

const streams = new WeakMap<Response, EventStream>()

/** An event stream as a Response, whose body whoever knows nothing else may read. */
export function eventStreamResponse(stream: EventStream, headers: Record<string, string>): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await stream.next()
        if (piece) controller.enqueue(piece)
        else controller.close()
      },
      cancel: () => stream.cancel(),
    },
    // Nothing is fetched ahead of the reader.
    { highWaterMark: 0 },
  )
  const response = new Response(body, { headers })
  streams.set(response, stream)
  return response
}

/** The stream behind this body, to be written without it; undefined: it is another kind of answer. */
export function eventStreamOf(response: Response): EventStream | undefined {
  return streams.get(response)
}
