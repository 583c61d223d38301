import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import { findProcess } from '#server/embedded/findProcess.ts'

export type Leftover = {
  pid: number
  /** For the message, e.g. `PostgreSQL`. */
  name: string
  /** Tells our process from a stranger that got the same pid. */
  isOurs(args: string): boolean
  /** What to send, from polite to rude, and how long to wait after each, in milliseconds. */
  signals: readonly { signal: NodeJS.Signals; waitMs: number }[]
}

/**
 * Stops a server that outlived a killed Waybill. Returns whether there was one.
 * Throws DATA_DIR_IN_USE when it does not end.
 */
export async function stopLeftover({ pid, name, isOurs, signals }: Leftover): Promise<boolean> {
  const isThere = () => {
    const found = findProcess(pid)
    return found !== undefined && isOurs(found.args)
  }
  if (!isThere()) return false
  for (const { signal, waitMs } of signals) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if (!isThere()) return true
      throw new WaybillError(
        'DATA_DIR_IN_USE',
        `${name} of an earlier start still runs as pid ${pid} and may not be stopped by this user. Stop it with: sudo kill ${pid}`,
        { details: { pid }, cause: error },
      )
    }
    const until = Date.now() + waitMs
    while (Date.now() < until) {
      if (!isThere()) return true
      await sleep(20)
    }
  }
  throw new WaybillError(
    'DATA_DIR_IN_USE',
    `${name} of an earlier start still runs as pid ${pid} and does not end. Stop it with: kill -9 ${pid}`,
    { details: { pid } },
  )
}
