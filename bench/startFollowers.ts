import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type FollowersTask = {
  url: string
  path: string
  key: string
  clients: number /** id of the last frame */
  last: number
}

/**
 * Many SSE clients in a process of their own.
 *
 * @returns once all are connected and have their first byte of body; `done` once each has seen frame `last`
 */
export async function startFollowers(task: FollowersTask): Promise<{ done: Promise<void> }> {
  const child = fork(fileURLToPath(new URL('./followers.ts', import.meta.url)), [JSON.stringify(task)])
  const ended = once(child, 'exit')
  await Promise.race([once(child, 'message'), ended.then(() => Promise.reject(new Error('the followers ended early')))])
  const done = ended.then(([code]: (number | null)[]) => {
    if (code !== 0) throw new Error(`the followers ended with code ${code}`)
  })
  return { done }
}
