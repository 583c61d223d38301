import { isWaybillError, type WaybillError } from '#domain/errors.ts'
import type { RetrySettings } from '#sdk/settings.ts'
import { backoff } from '#sdk/wire/backoff.ts'
import { pause } from '#sdk/wire/pause.ts'
import { reactionTo } from '#sdk/wire/reactions.ts'

/** A failure that is about to be followed by another try. */
export type RetryNotice = { error: WaybillError; failures: number; waitMs: number; jobId?: string }

/** Repeats an idempotent call while its failures are passing ones, at most for `giveUpMs`. */
export async function retrying<T>(
  call: () => Promise<T>,
  options: RetrySettings & { signal?: AbortSignal | undefined; onRetry?: ((notice: RetryNotice) => void) | undefined },
): Promise<T> {
  const since = Date.now()
  for (let failures = 1; ; failures++) {
    try {
      return await call()
    } catch (error) {
      if (!isWaybillError(error) || reactionTo(error) !== 'again') throw error
      const waitMs = backoff(failures, { ...options, atLeastMs: askedPause(error) })
      if (Date.now() + waitMs - since > options.giveUpMs) throw error
      options.onRetry?.({ error, failures, waitMs })
      await pause(waitMs, options.signal)
    }
  }
}

/** What the server asked for with Retry-After, in milliseconds. */
export function askedPause(error: WaybillError): number {
  const { retryAfterMs } = error.details
  return typeof retryAfterMs === 'number' ? retryAfterMs : 0
}
