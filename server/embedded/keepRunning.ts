import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerProcess } from '#server/embedded/spawnServer.ts'

export type Kept = {
  /** The process of the moment. */
  pid(): number
  /** Stops it for good, also while it is being started again. May be called twice. */
  stop(): Promise<void>
}

export type KeepRunning = {
  name: string
  start: () => Promise<ServerProcess>
  stop: (server: ServerProcess) => Promise<void>
  onProgress: (line: string) => void
}

/**
 * Starts a server, and again whenever it ends without being asked to (killed by the system's out-of-memory killer, say),
 * on the same port, so that clients only need to reconnect. The first start's error is the caller's.
 */
export async function keepRunning({ name, start, stop, onProgress }: KeepRunning): Promise<Kept> {
  let server = await start()
  const stopped = new AbortController()

  const startAgain = async () => {
    for (let pauseMs = 200; !stopped.signal.aborted; pauseMs = Math.min(pauseMs * 2, 10_000)) {
      try {
        return await start()
      } catch (error) {
        onProgress(`${name} did not start again: ${error instanceof Error ? error.message : String(error)}`)
        await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(() => {})
      }
    }
    return undefined
  }

  const watch = async () => {
    for (;;) {
      const { code, signal } = await server.exited
      if (stopped.signal.aborted) return
      onProgress(`${name} (pid ${server.pid}) ended by itself (${signal ?? `exit code ${code}`}); starting it again`)
      const next = await startAgain()
      if (next === undefined) return
      server = next
      // Stopped while it was starting: nobody else knows of this one.
      if (stopped.signal.aborted) return stop(server)
      onProgress(`${name} runs again as pid ${server.pid}`)
    }
  }
  const watched = watch()

  return {
    pid: () => server.pid,
    stop: async () => {
      if (!stopped.signal.aborted) {
        stopped.abort()
        if (server.exit() === undefined) await stop(server)
      }
      await watched
    },
  }
}
