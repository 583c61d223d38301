import { createParser } from 'eventsource-parser'
import { WaybillError } from '#domain/errors.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { JobState } from '#domain/job/shape.ts'

/** The last thing a stream says: nothing can follow. */
export type JobEnd = { head: number; state: JobState }

export type Frame =
  | { kind: 'event'; event: Event }
  | { kind: 'caught-up' /** last seq scanned, whether or not a filter let it through */; seq: number; head: number }
  | { kind: 'end'; end: JobEnd }

export type FrameReader = {
  /** The frames that a piece of the stream completes. */
  read(chunk: Uint8Array): Frame[]
  /** What the server asked for with `retry:`, in milliseconds. */
  retryMs(): number | null
}

/** Characters of a frame at most: a payload has 256 KiB, so more is no event stream of Waybill. */
const MAX_FRAME = 4 * 1024 * 1024

/** Server-sent events (WHATWG HTML §9.2.6) as frames; keeps what is incomplete for the next piece. */
export function openFrameReader(): FrameReader {
  const decoder = new TextDecoder()
  let frames: Frame[] = []
  let retryMs: number | null = null
  const parser = createParser({
    maxBufferSize: MAX_FRAME,
    onEvent: ({ id, event, data }) => frames.push(readFrame(Number(id), event, data)),
    onRetry: (ms) => {
      retryMs = ms
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw noStream(`a frame of more than ${MAX_FRAME} characters`)
    },
  })
  return {
    read: (chunk) => {
      frames = []
      parser.feed(decoder.decode(chunk, { stream: true }))
      return frames
    },
    retryMs: () => retryMs,
  }
}

function readFrame(seq: number, name: string | undefined, data: string): Frame {
  try {
    const value = JSON.parse(data)
    if (name === 'caught-up') return { kind: 'caught-up', seq, head: value.head }
    if (name === 'end') return { kind: 'end', end: value }
    if (value.seq === seq) return { kind: 'event', event: value }
  } catch (cause) {
    throw noStream('a frame that is no JSON', cause)
  }
  throw noStream('an event whose seq is not its id')
}

function noStream(what: string, cause?: unknown): WaybillError {
  return new WaybillError('SERVER_UNREACHABLE', `The event stream holds ${what}; something between changes it.`, {
    cause,
  })
}
