import { isWaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { countBatches } from '#server/live/countBatches.ts'
import { typeFilter } from '#server/live/eventRun.ts'
import type { FollowBatch, Live } from '#server/live/live.ts'
import { encodeCaughtUp, encodeEnd, encodeRetry, heartbeatFrame, randomRetryMs } from '#server/live/sse.ts'
import type { Logger } from '#server/logger.ts'

/** `over`: the job is. `left`: the reader is gone, or its request was ended. `shutdown`: the live tier was closed. */
export type StreamEnd = 'over' | 'left' | 'shutdown' | 'failed'

export type EventStreamOptions = {
  live: Pick<Live, 'follow'>
  job: JobAddress
  /** last seq the reader has */
  after: number
  /** Ends the stream: at once, or, when the reason is `age`, with the frame that is under way. */
  signal: AbortSignal
  log: Pick<Logger, 'warn'>
  /** sends only events of these types; all are counted. Default: all */
  types?: readonly EventType[]
  /** `counts`: output and progress are told as numbers, see countBatches.ts */
  output?: 'counts'
  /** silence after which a comment is sent, in milliseconds; default 15,000 */
  heartbeatMs?: number
  /** called once, whatever the way out */
  onEnd?(end: StreamEnd): void
}

const encoder = new TextEncoder()
const heartbeat = encoder.encode(heartbeatFrame)
/** Bytes handed over at once: whether a slow reader still reads shows with each, see server/start/dropStalled.ts. */
const PIECE_BYTES = 256 * 1024

/**
 * A job as server-sent events. Pulled: the next batch is only asked for when the reader has taken the last one, so a
 * reader that stalls costs one chunk. Frames that are ready together are one chunk. Only `end` says that the job is over;
 * a stream that ends without it (server going down, database away) is to be taken up again with the last id.
 */
export function openEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { live, job, signal, log, heartbeatMs = 15_000, onEnd } = options
  const filter = options.types && typeFilter(options.types)
  const followed = live.follow({ ...job, after: options.after, signal })[Symbol.asyncIterator]()
  const batches = options.output === 'counts' ? countBatches(followed) : followed
  let saidCaughtUp = false
  /** of the last batch, what is not handed over yet */
  let rest: Uint8Array = new Uint8Array(0)
  let isOver = false
  let timer: NodeJS.Timeout | undefined
  let cleaned = false

  /** The one way out, from wherever it is called and however often: reader gone, request aborted, job over, failure. */
  const cleanUp = (end: StreamEnd) => {
    if (cleaned) return
    cleaned = true
    onEnd?.(end)
    clearInterval(timer)
    signal.removeEventListener('abort', abort)
    batches.return?.().catch(() => {})
  }
  /** Ends what the reader sees too. It may be gone already, and the stream closed. */
  const finish = (controller: ReadableStreamDefaultController<Uint8Array>, end: StreamEnd) => {
    cleanUp(end)
    try {
      controller.close()
    } catch {}
  }
  let abort = () => cleanUp('left')

  const framesOf = (batch: FollowBatch): Uint8Array => {
    const frames = batch.frames(filter)
    let control = ''
    if (batch.caughtUp && !saidCaughtUp) {
      saidCaughtUp = true
      control += encodeCaughtUp(batch.last, batch.head)
    }
    if (batch.final) control += encodeEnd(batch.head, batch.state)
    // Nearly always there is nothing to add, and the bytes are those of all other readers.
    return control === '' ? frames : Buffer.concat([frames, encoder.encode(control)])
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort = () => {
          // With its rest still to come, `pull` finds the follower ended and closes behind it.
          if (signal.reason !== 'age' || rest.length === 0) finish(controller, 'left')
        }
        signal.addEventListener('abort', abort)
        if (signal.aborted) return abort()
        controller.enqueue(encoder.encode(encodeRetry(randomRetryMs())))
        timer = setInterval(() => {
          // A reader that has not taken the last chunk needs no sign of life, and must not gather them; nor may one come
          // between two pieces of a frame.
          if ((controller.desiredSize ?? -1) >= 0 && rest.length === 0) controller.enqueue(heartbeat)
        }, heartbeatMs)
      },
      async pull(controller) {
        try {
          while (rest.length === 0 && !isOver) {
            const { done, value } = await batches.next()
            // Ended while it waited; what is closed takes nothing more.
            if (cleaned) return
            if (done) return finish(controller, signal.aborted ? 'left' : 'shutdown')
            rest = framesOf(value)
            isOver = value.final
          }
          if (rest.length > 0) {
            controller.enqueue(rest.subarray(0, PIECE_BYTES))
            rest = rest.subarray(PIECE_BYTES)
            timer?.refresh()
          }
          if (isOver && rest.length === 0) finish(controller, 'over')
        } catch (error) {
          if (!isWaybillError(error)) log.warn('A stream ended early', { jobId: job.jobId }, error)
          finish(controller, 'failed')
        }
      },
      cancel: () => cleanUp('left'),
    },
    // Nothing is fetched ahead of the reader.
    { highWaterMark: 0 },
  )
}
