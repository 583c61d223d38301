/** How often a terminal and a log are told. */
const TERMINAL_MS = 250
const LOG_MS = 5000

/** Says on stderr how many events are recorded and how many a second, until it is closed: one line that changes on a terminal. */
export function openProgress(events: number, recorded: () => number): { close(): void } {
  const isTerminal = Boolean(process.stderr.isTTY)
  const start = performance.now()
  let told = { at: start, recorded: recorded() }

  function tell(rate: number): void {
    const count = `${recorded().toLocaleString('en-US')} of ${events.toLocaleString('en-US')} events`
    const text = `waybill: ${count}, ${Math.round(rate).toLocaleString('en-US')}/s`
    process.stderr.write(isTerminal ? `\r\x1b[K${text}` : `${text}\n`)
  }

  const timer = setInterval(
    () => {
      const now = { at: performance.now(), recorded: recorded() }
      tell(((now.recorded - told.recorded) * 1000) / (now.at - told.at))
      told = now
    },
    isTerminal ? TERMINAL_MS : LOG_MS,
  )
  return {
    close: () => {
      clearInterval(timer)
      tell((recorded() * 1000) / Math.max(1, performance.now() - start))
      if (isTerminal) process.stderr.write('\n')
    },
  }
}
