import { type ClientContext, Cluster, type ClusterOptions, Redis, type RedisOptions, type Result } from 'ioredis'
import { WaybillError } from '#domain/errors.ts'
import { liveSettings } from '#server/live/settings.ts'
import { appendScript, lookScript, resetScript } from '#server/live/windowScripts.ts'

declare module 'ioredis' {
  interface RedisCommander<Context extends ClientContext> {
    appendToWindow(...args: ScriptArguments): Result<[what: string, end: number], Context>
    resetWindow(...args: ScriptArguments): Result<[what: string, end: number], Context>
    lookAtWindow(window: string): Result<[first: number, last: number, length: number], Context>
  }
}

export type ScriptArguments = [window: string, wake: string, ...args: (string | number)[]]
export type ValkeyClient = Redis | Cluster

const scripts = {
  appendToWindow: { lua: appendScript, numberOfKeys: 2 },
  resetWindow: { lua: resetScript, numberOfKeys: 2 },
  lookAtWindow: { lua: lookScript, numberOfKeys: 1, readOnly: true },
}

const { commandTimeoutMs, connectTimeoutMs, socketTimeoutMs, reconnectMs } = liveSettings

/** Nothing is sent again after a lost connection: callers fall back to PostgreSQL at once. */
const connection = {
  autoResendUnfulfilledCommands: false,
  // Whoever listens must know when a subscription is in place, so nothing subscribes behind its back.
  autoResubscribe: false,
  commandTimeout: commandTimeoutMs,
  connectTimeout: connectTimeoutMs,
  // A half-open connection takes commands and never answers: it is cut, so that a new one is made.
  socketTimeout: socketTimeoutMs,
} satisfies RedisOptions

export type ValkeyAddress = { urls: string[]; isCluster: boolean }

/** `redis://…`, `rediss://…`, or several with commas between them: nodes of one cluster. Otherwise BAD_SETTING. */
export function parseValkeyUrl(text: string): ValkeyAddress {
  const urls = text
    .split(',')
    .map((url) => url.trim())
    .filter((url) => url !== '')
  const isValid = urls.length > 0 && urls.every((url) => /^rediss?:\/\//.test(url) && URL.canParse(url))
  if (!isValid) {
    const fix = 'redis://host:6379, rediss://host:6379, or several with commas between them for a cluster'
    throw new WaybillError('BAD_SETTING', `VALKEY_URL is not an address of Valkey; set it to ${fix}.`)
  }
  return { urls, isCluster: text.includes(',') }
}

/** For commands; on a cluster for subscriptions too: ioredis keeps one subscriber connection a node in there. */
export function connectForCommands({ urls, isCluster }: ValkeyAddress): ValkeyClient {
  if (isCluster) return new Cluster(urls, { ...clusterOptions, redisOptions: { ...connection, ...credentials(urls) } })
  return new Redis(urls[0] ?? '', { ...connection, ...standalone, maxRetriesPerRequest: 1, scripts })
}

/** One connection a process that only listens. It comes back for ever. */
export function connectForWakeUps({ urls }: ValkeyAddress): Redis {
  return new Redis(urls[0] ?? '', { ...connection, ...standalone, maxRetriesPerRequest: null })
}

const standalone = { enableOfflineQueue: false, retryStrategy: reconnectDelay } satisfies RedisOptions

const clusterOptions = {
  scripts,
  enableOfflineQueue: false,
  shardedSubscribers: true,
  maxRedirections: 4,
  clusterRetryStrategy: reconnectDelay,
  clusterNodeRetryStrategy: reconnectDelay,
} satisfies ClusterOptions

/** Nodes that a cluster names by itself come without password and TLS: they are those of the first address. */
function credentials(urls: readonly string[]): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { protocol, username, password } = new URL(urls[0] ?? '')
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  }
}

/** With jitter: after a restart of Valkey not all processes arrive at once. */
function reconnectDelay(times: number): number {
  const delay = Math.min(reconnectMs.first * 2 ** Math.min(times, 10), reconnectMs.most)
  return Math.round(delay * (0.75 + Math.random() / 2))
}
