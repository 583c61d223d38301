import type { EventStream } from '#server/live/eventStream.ts'

/** An event stream as a Response. Its body is for those who know nothing else; who takes the stream leaves it alone. */
export class EventStreamResponse extends Response {
  readonly stream: EventStream

  constructor(stream: EventStream, headers: Record<string, string>) {
    super(bodyOf(stream), { headers })
    this.stream = stream
  }
}

function bodyOf(stream: EventStream): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
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
}
