import { startStopwatch } from '#components/clock/stopwatch.ts'

/** Milliseconds without a sign of life from the server, which sends one at least every 15 s. */
export const silenceLimits = {
  /** while an answer is awaited: the line is given up */
  unanswered: 10_000,
  /** a heartbeat is overdue: the line may be dead */
  silent: 20_000,
  /** two are: it is given up. Between the two, a server that is merely slow is not asked to do more. */
  dead: 35_000,
} as const

export type SilenceWatch = {
  /** Something is asked for: until it is answered, patience is short. @returns to be called when it was, or failed */
  asked(): () => void
  /** the server sent anything at all */
  heard(): void
  stop(): void
}

export type SilenceEvents = {
  onSilent(): void
  /** it was silent, and is not any more */
  onHeard(): void
  onDead(): void
}

/**
 * Notices a line that is open and dead: no error ever comes from one whose other end lost its power or its route. Looks
 * every second instead of setting a timer, because timers stand still while the machine sleeps.
 */
export function watchSilence({ onSilent, onHeard, onDead }: SilenceEvents): SilenceWatch {
  let quiet = startStopwatch()
  let awaited = 0
  let isSilent = false
  const stop = () => clearInterval(timer)
  const timer = setInterval(() => {
    const ms = quiet()
    if (ms >= (awaited === 0 ? silenceLimits.dead : silenceLimits.unanswered)) {
      stop()
      onDead()
    } else if (!isSilent && ms >= silenceLimits.silent) {
      isSilent = true
      onSilent()
    }
  }, 1000)
  return {
    asked: () => {
      // Between two heartbeats it may have been quiet for longer than an answer may take.
      if (awaited === 0) quiet = startStopwatch()
      awaited++
      return () => {
        awaited--
      }
    },
    heard: () => {
      quiet = startStopwatch()
      if (!isSilent) return
      isSilent = false
      onHeard()
    },
    stop,
  }
}
