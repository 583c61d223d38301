import { Cluster } from 'ioredis'
import { reasonOf } from '#server/live/checkValkey.ts'
import { liveSettings } from '#server/live/settings.ts'
import {
  connectForCommands,
  connectForWakeUps,
  parseValkeyUrl,
  type ValkeyAddress,
  type ValkeyClient,
} from '#server/live/valkeyClient.ts'
import { listenToCluster, listenToServer, type WakeUpOptions, type WakeUps } from '#server/live/wakeUps.ts'
import { watchNodes } from '#server/live/watchNodes.ts'
import { JobWindow } from '#server/live/window.ts'
import type { Logger } from '#server/logger.ts'

export type Valkey = {
  /** of the present epoch; to be asked for anew after everything that is waited for */
  readonly window: JobWindow
  wakeUps: WakeUps
  /** Worth asking: connected, it answered in time lately, and what it holds is of the history that PostgreSQL holds. */
  isUsable(): boolean
  isUp(): boolean
  /** What `ask` gives, or null if Valkey fails. After a time-out nobody else waits in vain until it answers again. */
  attempt<T>(ask: (window: JobWindow) => Promise<T>): Promise<T | null>
  /** Windows are of this epoch from now on; the former ones are left to expire. */
  renew(epoch: string): void
  close(): void
}

export type ValkeyOptions = {
  url: string
  epoch: string
  /** see History */
  isCertain(): boolean
  log: Pick<Logger, 'info' | 'warn'>
  onWake(channel: string, last: number): void
  onGap(channels: readonly string[]): void
  /** Connected, the first time or again: windows may be behind. */
  onUp(): void
}

/** Connects in the background and for ever; a Valkey that is away is a state, not an error. BAD_SETTING for a bad URL. */
export function openValkey({ url, epoch, isCertain, log, onWake, onGap, onUp }: ValkeyOptions): Valkey {
  const address = parseValkeyUrl(url)
  const client = connectForCommands(address)
  let isSuspected = false
  let probe: NodeJS.Timeout | undefined
  let state: 'new' | 'up' | 'down' | 'closed' = 'new'

  const onDown = (error?: unknown) => {
    if (state === 'down' || state === 'closed') return
    state = 'down'
    log.warn('Valkey cannot be reached: recording and following go on from PostgreSQL', { reason: reasonOf(error) })
  }
  if (client instanceof Cluster) {
    // Errors are those of single nodes; the cluster is away once none is left.
    client.on('error', () => {})
    watchNodes(client, log)
  } else client.on('error', onDown)
  client.on('close', () => onDown())
  client.on('ready', () => {
    if (state === 'down') log.info('Valkey is back')
    state = 'up'
    isSuspected = false
    onUp()
  })
  /** Asks until it answers; a connection that does not is cut by its socket time-out, and 'ready' comes again. */
  const suspect = () => {
    if (isSuspected || state === 'closed') return
    isSuspected = true
    const ask = async () => {
      const answered = await client.ping().catch(() => null)
      if (!isSuspected || state === 'closed') return
      if (answered === null) {
        probe = setTimeout(ask, liveSettings.probeMs)
        return
      }
      isSuspected = false
      onUp()
    }
    probe = setTimeout(ask, liveSettings.probeMs)
  }
  const wakeUps = listen(address, client, { onWake, onGap })

  const publish = address.isCluster ? 'SPUBLISH' : 'PUBLISH'
  let window = new JobWindow({ client, epoch, publish })

  return {
    get window() {
      return window
    },
    wakeUps,
    isUp: () => client.status === 'ready' && wakeUps.isUp(),
    isUsable: () => client.status === 'ready' && !isSuspected && isCertain(),
    attempt: async (ask) => {
      const start = performance.now()
      try {
        return await ask(window)
      } catch {
        // Timers may fire a little early by this clock.
        if (performance.now() - start >= 0.9 * liveSettings.commandTimeoutMs) suspect()
        return null
      }
    },
    renew: (next) => {
      window.retire()
      window = new JobWindow({ client, epoch: next, publish })
    },
    close: () => {
      state = 'closed'
      clearTimeout(probe)
      wakeUps.close()
      client.disconnect()
    },
  }
}

/** Errors of these clients have a listener each: without one EventEmitter throws, and a driver's error ends the process. */
function listen(address: ValkeyAddress, client: ValkeyClient, options: WakeUpOptions): WakeUps {
  if (client instanceof Cluster) return listenToCluster(client, options)
  const listener = connectForWakeUps(address)
  // Said already: both connections are to the same server.
  listener.on('error', () => {})
  return listenToServer(listener, options)
}
