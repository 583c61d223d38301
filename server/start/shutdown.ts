/** Longest that an orderly end may take. Orchestrators send SIGKILL after 30 s, some after 15. */
const DEADLINE_MS = 13_000

/** npm passes a Ctrl-C on that the terminal has sent to its children already: that is one Ctrl-C, not two. */
const SAME_SIGNAL_MS = 500

export type Shutdown = {
  /** What to close; the last one added is closed first. */
  opened: AsyncDisposableStack
  /** Ends the process in order. May be called again; the first call decides. */
  begin(reason: string, exitCode?: number): void
  hasBegun(): boolean
}

/**
 * Ends the process on SIGTERM and SIGINT: closes everything in order and exits with 0. A second signal does not wait.
 */
export function prepareShutdown(say: (line: string) => void): Shutdown {
  const opened = new AsyncDisposableStack()
  let ending = false
  let signalledAt = Number.NEGATIVE_INFINITY

  function begin(reason: string, exitCode = 0): void {
    if (ending) return
    ending = true
    say(`${reason}: finishing what is under way (Ctrl-C again to stop at once)`)
    const late = setTimeout(() => {
      say(`Not everything was closed within ${DEADLINE_MS / 1000} s; stopping now`)
      process.exit(exitCode)
    }, DEADLINE_MS)
    opened
      .disposeAsync()
      .catch((error: unknown) => say(`Closing failed: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => {
        clearTimeout(late)
        say('Stopped')
        process.exit(exitCode)
      })
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const isSecond = ending && performance.now() - signalledAt > SAME_SIGNAL_MS
      signalledAt = performance.now()
      if (isSecond) process.exit(128 + (signal === 'SIGINT' ? 2 : 15))
      begin(signal)
    })
  }
  return { opened, begin, hasBegun: () => ending }
}
