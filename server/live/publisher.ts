import { setTimeout as sleep } from 'node:timers/promises'
import { createHistogram, type Histogram } from '#server/histogram.ts'
import type { Committed, JobAddress } from '#server/journal/journal.ts'
import { Lane } from '#server/live/lane.ts'
import { PublishQueue, sizeOf } from '#server/live/publishQueue.ts'
import { type RepairSource, repairWindow } from '#server/live/repairWindow.ts'
import { liveSettings } from '#server/live/settings.ts'
import type { Valkey } from '#server/live/valkey.ts'

/** Seconds from a commit to its events in the window. */
export function publishLag(): Histogram {
  return createHistogram([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5])
}

/**
 * Brings commits into windows, in the background: one thing at a time per job, what gathers meanwhile goes together. While
 * Valkey is away, or more waits than memory allows, contents are dropped and only 'behind' is remembered; they are read
 * from PostgreSQL when it is back.
 */
export class Publisher {
  readonly #source: RepairSource
  readonly #valkey: Valkey
  readonly #queues = new Map<string, PublishQueue>()
  readonly #appends = new Lane<PublishQueue>(liveSettings.publishConcurrency, (queue) => this.#append(queue))
  readonly #repairs = new Lane<PublishQueue>(liveSettings.repairConcurrency, (queue) => this.#repair(queue))
  readonly #lag = publishLag()
  #size = 0
  #behind = 0
  #closed = false

  constructor(source: RepairSource, valkey: Valkey) {
    this.#source = source
    this.#valkey = valkey
  }

  get stats() {
    return { publishSize: this.#size, jobsBehind: this.#behind, publishSeconds: this.#lag.view() }
  }

  publish(committed: Committed): void {
    const queue = this.#queueOf(committed)
    const hasRoom = this.#size + sizeOf(committed.events) <= liveSettings.publishSize
    if (queue.behind || !hasRoom || !this.#valkey.isUsable()) this.#fallBehind(queue)
    else this.#change(queue, () => queue.push(committed))
    this.#schedule(queue)
  }

  /** For a window that was found short or broken. */
  repair({ orgId, jobId }: JobAddress): void {
    const queue = this.#queueOf({ orgId, jobId })
    this.#fallBehind(queue)
    this.#schedule(queue)
  }

  /** Valkey is back: what was put off for its sake is due. */
  resume(): void {
    for (const queue of this.#queues.values()) {
      queue.retryAt = 0
      this.#schedule(queue)
    }
  }

  /** All windows are new and empty, and what waits for them may be of a history that is no more. */
  renew(): void {
    for (const queue of this.#queues.values()) this.#fallBehind(queue)
  }

  close(): void {
    this.#closed = true
    this.#appends.clear()
    this.#repairs.clear()
    this.#queues.clear()
  }

  #queueOf({ orgId, jobId }: JobAddress): PublishQueue {
    const known = this.#queues.get(jobId)
    if (known) return known
    const queue = new PublishQueue({ orgId, jobId })
    this.#queues.set(jobId, queue)
    return queue
  }

  #schedule(queue: PublishQueue): void {
    if (queue.busy || this.#closed) return
    if (queue.behind) {
      if (this.#valkey.isUsable() && performance.now() >= queue.retryAt) this.#repairs.add(queue)
    } else if (queue.isEmpty) {
      this.#forget(queue)
    } else {
      this.#appends.add(queue)
    }
  }

  async #append(queue: PublishQueue): Promise<void> {
    // Fell behind while it waited for its turn.
    const taken = queue.behind || this.#closed ? null : this.#change(queue, () => queue.take())
    if (taken) {
      const { write, since } = taken
      queue.busy = true
      // The one of the epoch that these events are of: after a restore they may be no more.
      const { window } = this.#valkey
      let written = await this.#valkey.attempt(() => window.append(write))
      if (written?.what === 'hole') {
        this.#source.counts.holes++
        await sleep(liveSettings.holePatienceMs)
        written = await this.#valkey.attempt(() => window.append(write))
      }
      if (written?.what === 'added') this.#source.counts.published += write.entries.length
      if (!written || written.what === 'hole') this.#fallBehind(queue)
      else this.#lag.observe((performance.now() - since) / 1000)
      queue.busy = false
    }
    this.#schedule(queue)
  }

  async #repair(queue: PublishQueue): Promise<void> {
    if (this.#closed) return
    queue.busy = true
    // What is committed from here on is published as usual: the repair may have read the journal before it.
    this.#behind -= queue.behind ? 1 : 0
    queue.behind = false
    try {
      await repairWindow(this.#source, this.#valkey.window, queue.job)
      queue.failures = 0
    } catch {
      // An out-of-memory Valkey refuses every write: without a pause each event would cost a thousand rows read in vain.
      const { first, most } = liveSettings.repairRetryMs
      queue.retryAt = performance.now() + Math.min(first * 2 ** queue.failures++, most)
      this.#fallBehind(queue)
    }
    queue.busy = false
    this.#schedule(queue)
  }

  #fallBehind(queue: PublishQueue): void {
    this.#change(queue, () => queue.drop())
    if (queue.behind) return
    queue.behind = true
    this.#behind++
    if (this.#behind > liveSettings.behindJobs) this.#forgetOldest()
  }

  #forgetOldest(): void {
    for (const queue of this.#queues.values()) {
      if (!queue.behind || queue.busy) continue
      queue.behind = false
      this.#behind--
      this.#forget(queue)
      return
    }
  }

  /** It may have been forgotten before, and another stand in its place. */
  #forget(queue: PublishQueue): void {
    if (this.#queues.get(queue.job.jobId) === queue) this.#queues.delete(queue.job.jobId)
  }

  #change<R>(queue: PublishQueue, change: () => R): R {
    const before = queue.size
    const result = change()
    this.#size += queue.size - before
    return result
  }
}
