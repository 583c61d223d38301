import type { Cluster, Redis } from 'ioredis'
import type { Logger } from '#server/logger.ts'

/**
 * Says once when a node of the cluster goes away and once when it is back or others serve its slots. Windows on the other
 * nodes are not concerned, so this is not the end of Valkey.
 */
export function watchNodes(cluster: Cluster, log: Pick<Logger, 'info' | 'warn'>): void {
  const away = new Set<string>()
  cluster.on('+node', (one: Redis) => {
    const node = addressOf(one)
    // Not 'close': connections that are no longer needed are closed, too.
    one.on('reconnecting', () => {
      if (away.has(node)) return
      away.add(node)
      log.warn('A node of Valkey cannot be reached: the jobs whose windows lie there go on from PostgreSQL', { node })
    })
    one.on('ready', () => {
      if (away.delete(node)) log.info('A node of Valkey is back', { node })
    })
  })
  // After each look at who serves what. Not '-node': a node that was let go of while it was away is never heard of again.
  cluster.on('refresh', () => {
    const serving = new Set(cluster.nodes().map(addressOf))
    for (const node of away) {
      if (serving.has(node)) continue
      away.delete(node)
      log.info('A node of Valkey was replaced', { node })
    }
  })
}

function addressOf({ options }: Redis): string {
  return `${options.host}:${options.port}`
}
