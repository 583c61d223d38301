import { WaybillError } from '#domain/errors.ts'
import { describeAway, mayPass } from '#server/journal/databaseError.ts'
import { withinTime } from '#server/journal/withinTime.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1000

/**
 * Repeats an operation that is harmless to repeat while the database is away.
 *
 * @throws WaybillError UNAVAILABLE once the deadline is over
 */
export async function retryLost<T>(
  operation: () => Promise<T>,
  { now, deadline }: { now(): number; deadline: number },
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await withinTime(operation(), deadline - now())
    } catch (error) {
      if (!mayPass(error)) throw error
      if (now() + pauseMs >= deadline) {
        throw new WaybillError('UNAVAILABLE', `${describeAway(error)}; try again in a few seconds.`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
