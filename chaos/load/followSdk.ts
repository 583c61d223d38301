import type { Connection } from '#chaos/load/transcript.ts'
import type { Random } from '#chaos/random.ts'
import type { Node } from '#chaos/world/node.ts'
import { isWaybillError } from '#domain/errors.ts'
import { createClient } from '#sdk/createClient.ts'

export type SdkFollow = {
  nodes: readonly [Node, ...Node[]]
  key: string
  connection: Connection
  random: Random
  signal: AbortSignal
}

/**
 * Follows with the SDK, which mends its streams itself, at any server: to the transcript it is one connection.
 *
 * @returns false if its cursor was refused
 */
export async function followSdk({ nodes, key, connection, random, signal }: SdkFollow): Promise<boolean> {
  const [{ url }] = nodes
  await using client = createClient({
    url,
    key,
    retry: { firstMs: 50, mostMs: 1000 },
    // A load balancer: each connection may go to another process.
    fetch: (input, init) => fetch(String(input).replace(url, random.pick(nodes).url), init),
  })
  const events = client.job(connection.follower.jobId).follow({ after: connection.after, signal })
  try {
    for (let next = await events.next(); ; next = await events.next()) {
      if (next.done) {
        connection.end(next.value.head)
        return true
      }
      connection.events([next.value])
    }
  } catch (error) {
    if (isWaybillError(error) && (error.code === 'CURSOR_AHEAD' || error.code === 'NOT_FOUND')) return false
    if (!signal.aborted) throw error
    return true
  }
}
