import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type FollowersTask = {
  /** clients take them in turn */
  urls: readonly string[]
  key: string
  clients: number
  /** id of the last frame; missing: they stay until they are ended */
  last?: number
}

export type Followers = {
  /** once each client has seen frame `last`; rejects when a connection ends before that */
  done: Promise<void>
  end(): Promise<void>
}

/**
 * Many SSE clients in a process of their own.
 *
 * @returns once all are connected and have their first byte of body
 */
export async function startFollowers(task: FollowersTask): Promise<Followers> {
  const child = fork(fileURLToPath(new URL('./followers.ts', import.meta.url)))
  child.send(task)
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the followers ended early')))])
  const done = ended.then(([code]: (number | null)[]) => {
    if (code !== 0) throw new Error(`the followers ended with code ${code}`)
  })
  return {
    done,
    end: async () => {
      done.catch(() => {})
      child.kill()
      await ended
    },
  }
}
