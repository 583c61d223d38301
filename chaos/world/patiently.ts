import { setTimeout as sleep } from 'node:timers/promises'

const TRIES = 40
const PAUSE_MS = 250

/**
 * Asks PostgreSQL from outside what it may not answer just now: it was hurt a moment ago, and the driver tells the next
 * question of the end of a connection that was idle. Only for what may be asked twice.
 */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (tries === TRIES) throw error
      await sleep(PAUSE_MS)
    }
  }
}
