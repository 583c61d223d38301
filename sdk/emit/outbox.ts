import { isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Item } from '#sdk/emit/prepareDraft.ts'
import { countBatch } from '#sdk/emit/takeBatch.ts'
import type { BatchSettings, RetrySettings } from '#sdk/settings.ts'
import { backoff } from '#sdk/wire/backoff.ts'
import { pause } from '#sdk/wire/pause.ts'
import { type Reaction, reactionTo } from '#sdk/wire/reactions.ts'
import { askedPause, type RetryNotice } from '#sdk/wire/retrying.ts'

export type OutboxOptions = {
  batch: BatchSettings
  retry: RetrySettings
  /** resolves once the events are durable; rejects with WaybillError only */
  send(items: readonly Item[], signal: AbortSignal): Promise<void>
  onDelivered(items: readonly Item[]): void
  onRefused(items: readonly Item[], error: WaybillError): void
  onRetry(notice: RetryNotice): void
}

/**
 * One job's events on their way: strictly in order, one request under way at a time, each request repeated unchanged
 * until it is known what became of it.
 */
export type Outbox = {
  push(item: Item): void
  /** Sends without waiting for more; resolves once everything pushed before is delivered or refused. */
  flush(): Promise<void>
  isIdle(): boolean
  /** Cuts the request under way and hands back what is not known to be delivered, oldest first. */
  stop(): Item[]
}

type Queued = Item & { /** 1 for the first that was ever pushed */ order: number }

/** Failures without an explanation after which a request is cut smaller to find the event that causes them. */
const UNCLEAR_TRIES = 5

export function openOutbox(options: OutboxOptions): Outbox {
  const { batch, retry } = options
  const stopping = new AbortController()
  const queue: Queued[] = []
  let underWay: Queued[] = []
  let isSending = false
  let timer: ReturnType<typeof setTimeout> | null = null
  /** when the oldest queued item came in */
  let since = 0
  let pushed = 0
  let flushUpTo = 0
  let waiting: { upTo: number; resolve(): void }[] = []
  /** smaller than the setting while requests prove too much as a whole */
  let mostEvents = batch.events

  function push(item: Item): void {
    if (queue.length === 0) since = performance.now()
    queue.push({ ...item, order: ++pushed })
    schedule()
  }

  function schedule(): void {
    const first = queue[0]
    if (isSending || stopping.signal.aborted || first === undefined) return
    const { count, bytes } = countBatch(queue, { events: mostEvents, bytes: batch.bytes })
    const isFull = count < queue.length || count === mostEvents || bytes >= batch.bytes
    const waitMs = isFull || first.order <= flushUpTo ? 0 : since + batch.lingerMs - performance.now()
    if (waitMs > 0) {
      timer ??= setTimeout(() => {
        timer = null
        void deliverNext()
      }, waitMs)
    } else {
      void deliverNext()
    }
  }

  async function deliverNext(): Promise<void> {
    if (isSending || queue.length === 0) return
    isSending = true
    if (timer !== null) clearTimeout(timer)
    timer = null
    underWay = queue.splice(0, countBatch(queue, { events: mostEvents, bytes: batch.bytes }).count)
    since = performance.now()
    await deliver()
    isSending = false
    schedule()
  }

  async function deliver(): Promise<void> {
    const firstTry = Date.now()
    for (let failures = 0; underWay.length > 0; ) {
      try {
        await options.send(underWay, stopping.signal)
        mostEvents = Math.min(batch.events, mostEvents * 2)
        settle(underWay.splice(0), options.onDelivered)
        return
      } catch (error) {
        if (stopping.signal.aborted) return
        const failure = isWaybillError(error)
          ? error
          : new WaybillError('INTERNAL', `Sending failed unexpectedly: ${String(error)}`, { cause: error })
        failures++
        if (await takeRefusal(failure, failures, firstTry)) failures = 0
      }
    }
  }

  /** @returns true if the request was changed, false if it is to be repeated as it is */
  async function takeRefusal(error: WaybillError, failures: number, firstTry: number): Promise<boolean> {
    const reaction = reactionTo(error)
    if (reaction === 'again' || (reaction === 'unclear' && failures < UNCLEAR_TRIES)) {
      const waitMs = backoff(failures, { ...retry, atLeastMs: askedPause(error) })
      if (Date.now() + waitMs - firstTry > retry.giveUpMs) return refuseAll(error)
      options.onRetry({ error, failures, waitMs })
      await pause(waitMs, stopping.signal).catch(() => {})
      return false
    }
    return changeRequest(reaction, error)
  }

  function changeRequest(reaction: Exclude<Reaction, 'again'>, error: WaybillError): true {
    const { index } = error.details
    const isNamed = index !== undefined && index >= 0 && index < underWay.length
    if (reaction === 'job') return refuseAll(error)
    if (reaction === 'rest' && isNamed) return refuse(index, underWay.length, error)
    if (reaction === 'event' && isNamed) return refuse(index, index + 1, error)
    if (underWay.length === 1) return refuse(0, 1, error)
    // Too much, or nobody says which event it is: halved until the culprit is alone.
    mostEvents = Math.ceil(underWay.length / 2)
    queue.unshift(...underWay.splice(mostEvents))
    return true
  }

  function refuseAll(error: WaybillError): true {
    underWay.push(...queue.splice(0))
    return refuse(0, underWay.length, error)
  }

  function refuse(from: number, to: number, error: WaybillError): true {
    settle(underWay.splice(from, to - from), (items) => options.onRefused(items, error))
    return true
  }

  /** Takes note of items that were just taken out of `underWay`. */
  function settle(items: Item[], report: (items: Item[]) => void): void {
    report(items)
    // Not a count of settled items: one in the middle may be refused while those before it are still on their way.
    const reached = waiting.filter(({ upTo }) => upTo < oldest())
    waiting = waiting.filter(({ upTo }) => upTo >= oldest())
    for (const { resolve } of reached) resolve()
  }

  /** The order of the oldest item that is neither delivered nor refused. */
  function oldest(): number {
    return (underWay[0] ?? queue[0])?.order ?? Number.POSITIVE_INFINITY
  }

  return {
    push,
    flush: () =>
      new Promise((resolve) => {
        if (pushed < oldest()) return resolve()
        flushUpTo = pushed
        waiting.push({ upTo: pushed, resolve })
        schedule()
      }),
    isIdle: () => pushed < oldest(),
    stop: () => {
      stopping.abort()
      if (timer !== null) clearTimeout(timer)
      const unsent = [...underWay.splice(0), ...queue.splice(0)]
      settle(unsent, () => {})
      return unsent
    },
  }
}
