/** Does work one item at a time, and of different items so many at once. An item that waits already is not added again. */
export class Lane<T> {
  readonly #work: (item: T) => Promise<void>
  readonly #concurrency: number
  readonly #waiting = new Set<T>()
  #active = 0

  /** `work` must not reject. */
  constructor(concurrency: number, work: (item: T) => Promise<void>) {
    this.#concurrency = concurrency
    this.#work = work
  }

  add(item: T): void {
    this.#waiting.add(item)
    this.#next()
  }

  clear(): void {
    this.#waiting.clear()
  }

  #next(): void {
    for (const item of this.#waiting) {
      if (this.#active >= this.#concurrency) return
      this.#waiting.delete(item)
      this.#active++
      void this.#work(item).finally(() => {
        this.#active--
        this.#next()
      })
    }
  }
}
