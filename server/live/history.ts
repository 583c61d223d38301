import type { Journal } from '#server/journal/journal.ts'

export type HistoryOptions = {
  /** names the history that PostgreSQL holds now */
  readEpoch: Journal['readEpoch']
  /** the epoch everything here is of */
  epoch: string
  /** PostgreSQL may have been set back: makes everything here of the new epoch. Repeated when it rejects. */
  renew(epoch: string): Promise<void>
  /** What is known is of the history that PostgreSQL holds; `renewed` tells whether it was before. */
  onCertain(renewed: boolean): void
}

/**
 * Whether what this process knows is of the history that PostgreSQL holds. A database is not set back under a connection:
 * a restore, a failover, a swap ends them all. So each lost connection is a doubt, and until the epoch was read again
 * over another one, no window is believed and nothing from PostgreSQL is added to what followers have.
 */
export class History {
  readonly #options: HistoryOptions
  #epoch: string
  #doubts = 0
  #settled = 0
  #settling: Promise<void> | null = null
  #closed = false

  constructor(options: HistoryOptions) {
    this.#options = options
    this.#epoch = options.epoch
  }

  get isCertain(): boolean {
    return this.#settled === this.#doubts
  }

  /** A connection was lost. */
  doubt(): void {
    if (this.#closed) return
    this.#doubts++
    // Who needs an answer asks again, and so does the head check.
    this.certain().catch(() => {})
  }

  /** Connections that are closed in order say nothing: asking for the epoch then would hold up the end of the process. */
  close(): void {
    this.#closed = true
  }

  /** For what no lost connection told of: a route that leads to another server now. */
  async check(): Promise<void> {
    const doubts = this.#doubts
    if (this.isCertain && (await this.#options.readEpoch()) !== this.#epoch && this.#doubts === doubts) this.#doubts++
    await this.certain()
  }

  /** Resolves once there is no doubt; rejects with what PostgreSQL says. */
  certain(): Promise<void> {
    if (this.isCertain) return Promise.resolve()
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = null
    })
    return this.#settling
  }

  /** The answer to a question put to PostgreSQL between whose beginning and end no doubt came up. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.certain()
      const doubts = this.#doubts
      const answer = await question()
      if (doubts === this.#doubts) return answer
    }
  }

  async #settle(): Promise<void> {
    for (;;) {
      const doubts = this.#doubts
      const { readEpoch, renew, onCertain } = this.#options
      const epoch = await readEpoch()
      if (doubts !== this.#doubts) continue
      const isNew = epoch !== this.#epoch
      if (isNew) await renew(epoch)
      if (doubts !== this.#doubts) continue
      this.#epoch = epoch
      this.#settled = doubts
      onCertain(isNew)
      return
    }
  }
}
