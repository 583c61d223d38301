import type { Client } from '#sdk/createClient.ts'

/** How long the end of a command may be waited out for its record, in milliseconds without any progress. */
const patience = { connected: 5000, neverReached: 500 }
const LOOK_MS = 100

/**
 * Aborts once waiting for the server has no more point: nothing was delivered for a while, or the user asks to stop.
 * As long as it takes events, a slow server is waited for.
 */
export function stopWhenStuck(client: Client, isConnected: () => boolean): { signal: AbortSignal; release(): void } {
  const stop = new AbortController()
  const abort = () => stop.abort()
  let delivered = client.stats().delivered
  let since = Date.now()
  const timer = setInterval(() => {
    const now = client.stats().delivered
    if (now !== delivered) since = Date.now()
    delivered = now
    if (Date.now() - since >= (isConnected() ? patience.connected : patience.neverReached)) abort()
  }, LOOK_MS)
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
  for (const signal of signals) process.on(signal, abort)
  return {
    signal: stop.signal,
    release: () => {
      clearInterval(timer)
      for (const signal of signals) process.off(signal, abort)
    },
  }
}
