import type { Cluster, Redis } from 'ioredis'
import { liveSettings } from '#server/live/settings.ts'

export type WakeUps = {
  /** Resolves once wake-ups arrive, or at once while Valkey is away: `onGap` tells when they do. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  isUp(): boolean
  close(): void
}

export type WakeUpOptions = {
  /** `last` of the events that were added */
  onWake(channel: string, last: number): void
  /** Wake-ups of these channels arrive from now on; some may have been missed before. */
  onGap(channels: readonly string[]): void
}

/** How many channels one SUBSCRIBE names. */
const chunk = 500
/** Subscriptions of a cluster that are asked for a sign of life each time; at random, so every node gets its turn. */
const probes = 16

/**
 * Wake-ups over one connection of a single server. A wake-up is a hint, never an event: its handler only notes it, since
 * Valkey drops a subscriber that reads too slowly.
 */
export function listenToServer(client: Redis, { onWake, onGap }: WakeUpOptions): WakeUps {
  const wanted = new Set<string>()
  client.on('message', (channel: string, message: string) => onWake(channel, lastOf(message)))
  client.on('ready', () => void subscribeAll())
  // Without traffic a half-open connection looks healthy: PING makes the client's socket time-out notice it.
  const ping = setInterval(() => {
    if (client.status === 'ready') client.ping().catch(ignore)
  }, liveSettings.pingMs)

  async function subscribeAll(): Promise<void> {
    const channels = [...wanted]
    for (let i = 0; i < channels.length; i += chunk) {
      const some = channels.slice(i, i + chunk)
      await client.subscribe(...some).catch(ignore)
      onGap(some)
      // Given up while it was under way: its unsubscription overtook this.
      for (const channel of some) if (!wanted.has(channel)) client.unsubscribe(channel).catch(ignore)
    }
  }

  return {
    async subscribe(channel) {
      wanted.add(channel)
      if (client.status === 'ready') await client.subscribe(channel).catch(ignore)
    },
    unsubscribe(channel) {
      wanted.delete(channel)
      if (client.status === 'ready') client.unsubscribe(channel).catch(ignore)
    },
    isUp: () => client.status === 'ready',
    close() {
      clearInterval(ping)
      client.disconnect()
    },
  }
}

/** Wake-ups of a cluster, by sharded pub/sub: ioredis keeps one subscriber connection a node and moves channels along. */
export function listenToCluster(client: Cluster, { onWake, onGap }: WakeUpOptions): WakeUps {
  /** channel -> subscribed for certain */
  const wanted = new Map<string, boolean>()
  client.on('smessage', (channel: string, message: string) => onWake(channel, lastOf(message)))
  // ioredis asks for channels again where slots moved or subscribers were replaced, but looks at no answer, and a node that
  // is only just taking over refuses. And one that drops subscriptions while the slots stay where they are makes it look
  // at the slots, and then do nothing.
  let again: NodeJS.Timeout | undefined
  const askAgain = () => {
    again ??= setTimeout(() => {
      again = undefined
      for (const channel of wanted.keys()) {
        wanted.set(channel, false)
        void makeGood(channel)
      }
    }, liveSettings.resubscribeMs)
  }
  client.on('refresh', askAgain)
  client.on('subscribersReady', askAgain)
  const probe = setInterval(() => {
    for (const [channel, isSubscribed] of wanted) if (!isSubscribed) void makeGood(channel)
    for (const channel of sample([...wanted.keys()], probes)) {
      // Answered by the node of that channel and changes nothing: the PING of sharded subscribers.
      void unsubscribe(`${channel}:probe`)
    }
  }, liveSettings.pingMs)

  async function subscribe(channel: string): Promise<boolean> {
    try {
      await client.ssubscribe(channel)
    } catch {
      return false
    }
    if (wanted.has(channel)) wanted.set(channel, true)
    else void unsubscribe(channel)
    return true
  }

  async function unsubscribe(channel: string): Promise<void> {
    try {
      await client.sunsubscribe(channel)
    } catch {
      // Not only rejected: where no node is known for a slot, ioredis throws.
    }
  }

  async function makeGood(channel: string): Promise<void> {
    // Given up first: ioredis keeps every name as often as it was asked for it, and would ask for each again.
    void unsubscribe(channel)
    if (await subscribe(channel)) onGap([channel])
  }

  return {
    async subscribe(channel) {
      wanted.set(channel, false)
      await subscribe(channel)
    },
    unsubscribe(channel) {
      wanted.delete(channel)
      void unsubscribe(channel)
    },
    isUp: () => client.status === 'ready',
    close() {
      clearInterval(probe)
      clearTimeout(again)
      client.off('refresh', askAgain)
      client.off('subscribersReady', askAgain)
    },
  }
}

/** `<first> <last>`; what is not, counts as a hint of nothing. */
function lastOf(message: string): number {
  const last = Number(message.slice(message.indexOf(' ') + 1))
  return Number.isSafeInteger(last) ? last : 0
}

function sample<T>(items: T[], count: number): T[] {
  if (items.length <= count) return items
  return Array.from({ length: count }, () => items[Math.floor(Math.random() * items.length)]).filter(
    (item) => item !== undefined,
  )
}

/** Lost with its connection, or late: a new connection subscribes to all again, and the head check covers the time until then. */
function ignore(): void {}
