import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import { isLostDatabase } from '#server/errors.ts'

/** As long as PostgreSQL takes to be restarted, or another to take its place. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 500

/**
 * Does what a start needs of a database that was there a moment ago: again, if it is lost meanwhile. `work` must bear to
 * be done twice.
 *
 * @throws WaybillError DATABASE_UNREACHABLE if it stays away for 30 s; whatever else `work` throws, at once
 */
export async function throughOutages<T>(work: () => Promise<T>, say: (line: string) => void): Promise<T> {
  for (const until = performance.now() + PATIENCE_MS; ; await sleep(PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!isLostDatabase(error)) throw error
      if (performance.now() > until) {
        const message = `PostgreSQL went away during the start and has not come back in ${PATIENCE_MS / 1000} s: check that it runs, then start again`
        throw new WaybillError('DATABASE_UNREACHABLE', message, { cause: error })
      }
      say('PostgreSQL went away; waiting for it')
    }
  }
}
