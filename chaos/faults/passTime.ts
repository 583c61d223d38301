import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '#chaos/random.ts'

/** Lets a fault last: mostly briefly, sometimes longer than any time-out it meets first. */
export function passTime(random: Random, { least, most }: { least: number; most: number }): Promise<void> {
  // Cubed, so that short ones are frequent and the longest still occur.
  return sleep(least + random.next() ** 3 * (most - least))
}

/** What the promise gives, or `late` after so many milliseconds. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  const timer = new AbortController()
  const late = sleep(ms, 'late' as const, { signal: timer.signal }).catch(() => 'late' as const)
  return Promise.race([promise, late]).finally(() => timer.abort())
}
