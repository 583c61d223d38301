import { lastAtMost } from '#components/timeline/layout/lastAtMost.ts'
import type { TimeRange } from '#components/timeline/layout/timeScale.ts'

/**
 * Time as a chart draws it. `forth` takes a moment (milliseconds since the epoch) to where it is drawn, in milliseconds of
 * drawn time since some moment of its own; `back` is its inverse. Later is always later, and outside of `idle` a
 * millisecond is a millisecond.
 */
export type TimeWarp = {
  /** the stretches that are drawn shorter than they were, ascending */
  idle: readonly TimeRange[]
  forth(at: number): number
  back(drawn: number): number
}

/** Nothing is shortened. */
export const straight: TimeWarp = { idle: [], forth: (at) => at, back: (drawn) => drawn }

/**
 * Draws each stretch as if it had taken `shown` milliseconds.
 *
 * @param idle ascending, none touches another, each longer than `shown`
 */
export function shorten(idle: readonly TimeRange[], shown: number): TimeWarp {
  const base = idle[0]?.from
  if (base === undefined) return straight
  let saved = 0
  // Counted from the first silence: since the epoch, a number has no digits left for a place inside of a day drawn short.
  const bends = idle.map(({ from, to }) => {
    const drawn = from - base - saved
    saved += to - from - shown
    return { from, to, drawn, later: base + saved, rate: shown / (to - from) }
  })
  const starts = bends.map(({ from }) => from)
  const drawnStarts = bends.map(({ drawn }) => drawn)
  return {
    idle,
    forth: (at) => {
      const bend = bends[lastAtMost(starts, at)]
      if (!bend) return at - base
      return at >= bend.to ? at - bend.later : bend.drawn + (at - bend.from) * bend.rate
    },
    back: (drawn) => {
      const bend = bends[lastAtMost(drawnStarts, drawn)]
      if (!bend) return drawn + base
      return drawn >= bend.drawn + shown ? drawn + bend.later : bend.from + (drawn - bend.drawn) / bend.rate
    },
  }
}

/** A range in drawn time. */
export function rangeForth({ forth }: TimeWarp, { from, to }: TimeRange): TimeRange {
  return { from: forth(from), to: forth(to) }
}

export function rangeBack({ back }: TimeWarp, { from, to }: TimeRange): TimeRange {
  return { from: back(from), to: back(to) }
}
