/** Where one reader waits: at most one thing at a time, ended at once by `stop`. */
export class Follower {
  /** The last seq it gave out. */
  last = 0
  #wake: (() => void) | null = null
  #awaitsNews = false
  #stopped = false

  get stopped(): boolean {
    return this.#stopped
  }

  stop(): void {
    this.#stopped = true
    this.wake()
  }

  /** Ends the `sleep` under way; without one it does nothing. */
  wake(): void {
    const wake = this.#wake
    this.#wake = null
    this.#awaitsNews = false
    wake?.()
  }

  /** Resolves when it is told that there is news. */
  news(): Promise<void> {
    this.#awaitsNews = true
    return this.sleep()
  }

  /** Ends a wait for news. Who waits for something else, or for nothing, will look for itself. */
  tell(): void {
    if (this.#awaitsNews) this.wake()
  }

  sleep(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async pause(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.wake(), milliseconds)
    await this.sleep()
    clearTimeout(timer)
  }

  /**
   * What `promise` gives, or undefined as soon as the follower is stopped. Not Promise.race: with a promise that lives as
   * long as the follower, each race would leave a reaction behind. And the answer does not go through the promise that
   * `wake` ends: pages of history then outlive young garbage (10 MB at each collection instead of 1), which costs as much
   * as reading them.
   */
  async until<T>(promise: Promise<T>): Promise<T | undefined> {
    let answer: { value: T } | undefined
    let failure: { error: unknown } | undefined
    await new Promise<void>((resolve) => {
      if (this.#stopped) resolve()
      else this.#wake = resolve
      promise.then(
        (value) => {
          answer = { value }
          resolve()
        },
        (error: unknown) => {
          failure = { error }
          resolve()
        },
      )
    })
    // Who was stopped is told nothing, whichever came first.
    if (failure && !this.#stopped) throw failure.error
    return answer?.value
  }
}
