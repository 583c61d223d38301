import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds the database may take to say how it is: whoever asks wants to know that it does not answer, too. */
export const PATIENCE_MS = 2000

/** What the promise gives, or 'late'; its failure is the caller's. */
export async function inTime<T>(promise: Promise<T>): Promise<T | 'late'> {
  const timeout = new AbortController()
  const late = sleep(PATIENCE_MS, 'late' as const, { signal: timeout.signal }).catch(() => 'late' as const)
  return Promise.race([promise, late]).finally(() => timeout.abort())
}
