/** Resolves with the promise, or as soon as the signal aborts; rejects only if the promise does so first. */
export function untilAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve()
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop))
  })
}
