const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Turns the first signal into an end that can be tidied up after; the second one ends the process as it always does. */
export function watchInterrupt(): { signal: AbortSignal; close(): void } {
  const interrupted = new AbortController()
  const close = () => {
    for (const name of signals) process.off(name, end)
  }
  const end = () => {
    close()
    interrupted.abort()
  }
  for (const name of signals) process.on(name, end)
  return { signal: interrupted.signal, close }
}
