import type { WaybillError } from '#domain/errors.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { type Gap, gapDrafts, isDroppable, widenGap } from '#sdk/emit/gap.ts'
import { type Outbox, type OutboxOptions, openOutbox } from '#sdk/emit/outbox.ts'
import { draftOf, type Item, prepareDraft } from '#sdk/emit/prepareDraft.ts'
import { bufferFull, clientClosed, eventsRefused } from '#sdk/emit/refusals.ts'
import { openRoom } from '#sdk/emit/room.ts'
import type { BatchSettings, BufferSettings, RetrySettings } from '#sdk/settings.ts'
import { tell } from '#sdk/tell.ts'
import type { RetryNotice } from '#sdk/wire/retrying.ts'

/** Events that were emitted so far, by what became of them; `buffered` are on their way. */
export type EmitterStats = {
  buffered: number
  bufferedBytes: number
  delivered: number
  refused: number
  dropped: number
}

export type Unsent = { jobId: string; draft: Draft }

export type EmitterOptions = {
  batch: BatchSettings
  buffer: BufferSettings
  retry: RetrySettings
  source: string | undefined
  send(jobId: string, items: readonly Item[], signal: AbortSignal): Promise<void>
  onRefused: ((draft: Draft, error: WaybillError, jobId: string) => void) | undefined
  onRetry: ((notice: RetryNotice) => void) | undefined
}

type JobLine = {
  outbox: Outbox
  gap: Gap | undefined
  /** emits that ever had to wait for room, and how many of them got in */
  waited: number
  entered: number
  /** what the next flush has to tell, as nobody else was told */
  refusal: { first: WaybillError; count: number } | undefined
}

/** The buffer of all jobs together and an outbox for each. */
export type Emitter = {
  /** Resolves to the event's id once it is buffered. */
  emit(jobId: string, draft: Draft): Promise<string>
  flush(jobId?: string): Promise<void>
  stats(): EmitterStats
  /** Refuses further events. */
  seal(): void
  /** Sends nothing more, and hands back what is not known to be delivered. */
  stop(): Unsent[]
}

export function openEmitter(options: EmitterOptions): Emitter {
  const lines = new Map<string, JobLine>()
  const room = openRoom(options.buffer)
  const counts = { delivered: 0, refused: 0, dropped: 0 }
  let isSealed = false
  let isStopped = false

  function lineOf(jobId: string): JobLine {
    const known = lines.get(jobId)
    if (known) return known
    const line: JobLine = {
      outbox: openOutbox(outboxOptions(jobId, () => line)),
      gap: undefined,
      waited: 0,
      entered: 0,
      refusal: undefined,
    }
    lines.set(jobId, line)
    return line
  }

  function outboxOptions(jobId: string, line: () => JobLine): OutboxOptions {
    const release = (items: readonly Item[]) => {
      room.release(items)
      // Once nothing of it is left to do or tell, a job must not stay in a long-lived client's memory.
      queueMicrotask(() => forgetIdle(jobId))
    }
    return {
      batch: options.batch,
      retry: options.retry,
      send: (items, signal) => options.send(jobId, items, signal),
      onDelivered: (items) => {
        counts.delivered += items.length
        release(items)
      },
      onRefused: (items, error) => {
        counts.refused += items.length
        tellRefusal(jobId, line(), items, error)
        release(items)
      },
      onRetry: (notice) => tell(() => options.onRetry?.({ ...notice, jobId })),
    }
  }

  function tellRefusal(jobId: string, line: JobLine, items: readonly Item[], error: WaybillError): void {
    const { onRefused } = options
    if (onRefused) {
      for (const item of items) tell(() => onRefused(draftOf(item), error, jobId))
    } else {
      line.refusal = { first: line.refusal?.first ?? error, count: (line.refusal?.count ?? 0) + items.length }
    }
  }

  function forgetIdle(jobId: string): void {
    const line = lines.get(jobId)
    if (line?.outbox.isIdle() && !line.gap && !line.refusal && line.entered === line.waited) lines.delete(jobId)
  }

  async function emit(jobId: string, draft: Draft): Promise<string> {
    if (isSealed) throw clientClosed()
    const item = prepareDraft(draft, options.source)
    const line = lineOf(jobId)
    switch (options.buffer.whenFull) {
      case 'wait':
        await pushWhenRoom(line, item)
        break
      case 'fail':
        if (!room.has(item)) throw bufferFull(options.buffer)
        push(line, item)
        break
      case 'drop':
        pushOrDrop(line, item)
        break
    }
    return item.id
  }

  function push(line: JobLine, item: Item): void {
    room.take(item)
    line.outbox.push(item)
  }

  async function pushWhenRoom(line: JobLine, item: Item): Promise<void> {
    if (room.has(item)) return push(line, item)
    line.waited++
    await room.wait(item)
    line.entered++
    if (!isStopped) return line.outbox.push(item)
    room.release([item])
    throw clientClosed()
  }

  function pushOrDrop(line: JobLine, item: Item): void {
    // Once it has overflowed, half of it must be free again: else every event would leave a gap of its own.
    const hasRoom = line.gap ? room.isHalfFree() : room.has(item)
    if (!hasRoom && isDroppable(item.type)) {
      line.gap = widenGap(line.gap, item, new Date().toISOString())
      counts.dropped++
      return
    }
    recordGap(line)
    push(line, item)
  }

  function recordGap(line: JobLine): void {
    if (!line.gap) return
    const drafts = gapDrafts(line.gap)
    line.gap = undefined
    for (const draft of drafts) push(line, prepareDraft(draft, options.source))
  }

  async function flushLine(jobId: string, line: JobLine): Promise<void> {
    recordGap(line)
    const { waited } = line
    // Those that wait for room were emitted before this flush, so it covers them too.
    for (let isLast = false; !isLast; ) {
      isLast = line.entered >= waited
      await line.outbox.flush()
      if (line.entered < waited) await room.changed()
    }
    const { refusal } = line
    line.refusal = undefined
    forgetIdle(jobId)
    if (refusal) throw eventsRefused(refusal)
  }

  async function flush(jobId?: string): Promise<void> {
    const targets = Array.from(lines).filter(([id]) => jobId === undefined || id === jobId)
    const outcomes = await Promise.allSettled(targets.map(([id, line]) => flushLine(id, line)))
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed) throw failed.reason
  }

  function stop(): Unsent[] {
    isSealed = true
    isStopped = true
    const unsent: Unsent[] = []
    for (const [jobId, line] of lines) {
      const items = line.outbox.stop()
      room.release(items)
      const gap = line.gap ? gapDrafts(line.gap).map((draft) => prepareDraft(draft, options.source)) : []
      unsent.push(...[...items, ...gap].map((item) => ({ jobId, draft: draftOf(item) })))
    }
    lines.clear()
    room.open()
    return unsent
  }

  return {
    emit,
    flush,
    stats: () => ({ buffered: room.events(), bufferedBytes: room.bytes(), ...counts }),
    seal: () => {
      isSealed = true
    },
    stop,
  }
}
