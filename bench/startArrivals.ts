import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type ArrivalsTask = {
  /** one a job; clients take them in turn */
  urls: readonly string[]
  key: string
  clients: number
}

/** per job, as in the task: [seq, process.hrtime of its sending as a number] */
export type ArrivalsMessage = { sent: [number, number][][] }

/** milliseconds, over all frames at all clients */
export type Latencies = { count: number; p50: number; p99: number }

export type Arrivals = AsyncDisposable & {
  /** What frames took from being sent until they had arrived; of those that nothing is known of, nothing is said. */
  latencies(message: ArrivalsMessage): Promise<Latencies>
}

/** Followers in a process of their own that note when what arrived. */
export async function startArrivals(task: ArrivalsTask): Promise<Arrivals> {
  const child = fork(fileURLToPath(new URL('./arrivals.ts', import.meta.url)))
  child.send(task)
  await once(child, 'message')
  return {
    latencies: async (message) => {
      const answered = once(child, 'message')
      child.send(message)
      const [latencies] = await answered
      return latencies
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
