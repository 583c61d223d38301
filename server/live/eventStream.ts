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

export type EventStream = {
  /** The bytes to be written next, 256 KiB at most, once there are some; null: nothing follows. One call at a time. */
  next(): Promise<Uint8Array | null>
  /** The reader is gone. */
  cancel(): void
}

const nothing = new Uint8Array(0)

/**
 * A job as server-sent events. Pulled: the next batch is only asked for when the reader has taken the last one, so a
 * reader that stalls costs one chunk. Frames that are ready together are one chunk. Only `end` says that the job is over;
 * a stream that ends without it (server going down, database away) is to be taken up again with the last id.
 */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { live, job, signal, log, heartbeatMs = 15_000, onEnd } = options
  const filter = options.types && typeFilter(options.types)
  const followed = live.follow({ ...job, after: options.after, signal })[Symbol.asyncIterator]()
  const batches = options.output === 'counts' ? countBatches(followed) : followed
  let saidCaughtUp = false
  /** what is not handed over yet, and whether it is the last there is */
  let rest: Uint8Array = encoder.encode(encodeRetry(randomRetryMs()))
  let isLast = false
  let isOver = false
  /** a reader waits: hands it this */
  let hand: ((piece: Uint8Array | null) => void) | null = null
  let isAsking = false
  let timer: NodeJS.Timeout | undefined

  /** The one way out, from wherever it is called and however often: reader gone, request aborted, job over, failure. */
  function finish(end: StreamEnd): void {
    if (isOver) return
    isOver = true
    onEnd?.(end)
    clearInterval(timer)
    signal.removeEventListener('abort', abort)
    batches.return?.().catch(() => {})
    give(() => null)
  }

  function leave(): void {
    rest = nothing
    finish('left')
  }

  function abort(): void {
    // With its rest still to come, who asks for more than that finds the follower ended.
    if (signal.reason !== 'age' || rest.length === 0) leave()
  }

  /** To the reader that waits, if one does: the others come for it. */
  function give(piece: () => Uint8Array | null): void {
    const waiting = hand
    hand = null
    waiting?.(piece())
  }

  function takePiece(): Uint8Array {
    const piece = rest.length <= PIECE_BYTES ? rest : rest.subarray(0, PIECE_BYTES)
    rest = rest.length <= PIECE_BYTES ? nothing : rest.subarray(PIECE_BYTES)
    timer?.refresh()
    if (isLast && rest.length === 0) finish('over')
    return piece
  }

  function ask(): void {
    if (isAsking) return
    isAsking = true
    batches.next().then(take).catch(fail)
  }

  function take({ done, value }: IteratorResult<FollowBatch>): void {
    isAsking = false
    if (isOver) return
    if (done) {
      finish(signal.aborted ? 'left' : 'shutdown')
      return
    }
    rest = framesOf(value)
    isLast = value.final
    if (rest.length > 0) give(takePiece)
    else if (isLast) finish('over')
    // Nothing of it is for this reader.
    else ask()
  }

  function fail(error: unknown): void {
    if (!isWaybillError(error)) log.warn('A stream ended early', { jobId: job.jobId }, error)
    finish('failed')
  }

  function framesOf(batch: FollowBatch): Uint8Array {
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

  signal.addEventListener('abort', abort)
  timer = setInterval(() => {
    // A reader that has not taken the last chunk needs no sign of life; nor may one come between two pieces of a frame.
    if (rest.length === 0) give(() => heartbeat)
  }, heartbeatMs)
  if (signal.aborted) leave()

  return {
    next() {
      if (rest.length > 0) return Promise.resolve(takePiece())
      if (isOver) return Promise.resolve(null)
      ask()
      return new Promise((resolve) => {
        hand = resolve
      })
    },
    cancel: leave,
  }
}
