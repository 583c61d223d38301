import { createParser } from 'eventsource-parser'
import type { Arrival } from '#components/timeline/data/arrivals.ts'
import type { JobState } from '#domain/job/shape.ts'

/** What one network chunk of the stream brought. */
export type Frames = {
  arrivals: Arrival[]
  caughtUp: { head: number } | null
  end: { head: number; state: JobState } | null
  /** milliseconds the server asks a client to wait before it comes back */
  retryMs: number | null
}

/**
 * Turns the bytes of an event stream into frames, one result for each chunk, so that a chunk of a thousand events is
 * taken in at once. Keeps what is incomplete for the next chunk.
 */
export function createFrameReader(): (chunk: Uint8Array) => Frames {
  const decoder = new TextDecoder()
  let frames = noFrames()
  const parser = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'caught-up') frames.caughtUp = JSON.parse(data)
      else if (event === 'end') frames.end = JSON.parse(data)
      else if (event === 'counts') frames.arrivals.push({ counts: JSON.parse(data) })
      else frames.arrivals.push({ event: JSON.parse(data) })
    },
    onRetry: (ms) => {
      frames.retryMs = ms
    },
  })
  return (chunk) => {
    frames = noFrames()
    parser.feed(decoder.decode(chunk, { stream: true }))
    return frames
  }
}

function noFrames(): Frames {
  return { arrivals: [], caughtUp: null, end: null, retryMs: null }
}
