import type { ServerResponse } from 'node:http'
import type { EventStream } from '#server/live/eventStream.ts'

/** Writes until the stream or its reader is at the end. The next piece is asked for when the last one has been taken. */
export async function writeEventStream(stream: EventStream, response: ServerResponse): Promise<void> {
  let resume = () => {}
  const leave = () => {
    stream.cancel()
    resume()
  }
  response.on('drain', () => resume())
  response.once('close', leave)
  response.once('error', leave)
  // Gone while the stream was opened.
  if (response.destroyed) leave()
  for (let piece = await stream.next(); piece; piece = await stream.next()) {
    if (response.write(piece)) continue
    if (response.destroyed) return
    await new Promise<void>((resolve) => {
      resume = resolve
    })
  }
  response.end()
}
