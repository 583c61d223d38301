import { WaybillError } from '#domain/errors.ts'

/**
 * Runs a request that is cut after `ms`, or when `signal` aborts. Not AbortSignal.any: it would stay on a long-lived
 * signal for as long as that lives.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const attempt = new AbortController()
  const stop = () => attempt.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  const timer = setTimeout(() => {
    attempt.abort(new WaybillError('SERVER_UNREACHABLE', `The server did not answer within ${ms} ms.`))
  }, ms)
  try {
    return await run(attempt.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}
