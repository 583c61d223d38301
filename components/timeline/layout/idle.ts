import { roundUp, type TimeRange } from '#components/timeline/layout/timeScale.ts'
import { shorten, straight, type TimeWarp } from '#components/timeline/layout/timeWarp.ts'

/** A pause that is shorter is part of the work. */
export const leastIdleMs = 30_000
/** more breaks than that are no help to the eye */
const mostBreaks = 40
/** parts of the chart's width that one break, and that all of them take */
const breakShare = 0.045
const allBreaksShare = 0.4
/** of the job's time: with less than that there is nothing to gain */
const offeredShare = 0.1

/** The job's long silences, and the time in which they are drawn short. */
export type Idle = {
  /** what can be shortened, all together, in milliseconds */
  ms: number
  /** whether there is so much of it that shortening is offered by itself */
  isLong: boolean
  warp: TimeWarp
}

/**
 * What of a job's silences is drawn short, and how short: each the same, so wide that it can be seen. One that would not
 * become shorter by half stays as it is.
 *
 * @param job from its beginning to its end, or to now
 * @param stretches in which nothing happened, ascending (CountPyramid.idle); the one that goes on is not among them
 */
export function idleOf(job: TimeRange, stretches: readonly TimeRange[]): Idle {
  const whole = job.to - job.from
  let chosen = [...stretches]
    .filter((stretch) => lengthOf(stretch) >= leastIdleMs)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, mostBreaks)
  for (;;) {
    const ms = chosen.reduce((sum, stretch) => sum + lengthOf(stretch), 0)
    if (ms === 0) return { ms: 0, isLong: false, warp: straight }
    const share = Math.min(breakShare, allBreaksShare / chosen.length)
    // in steps: were it a share of a time that goes on, every bar would move all the time
    const shown = (roundUp(Math.max(1_000, whole - ms)) * share) / (1 - share * chosen.length)
    const kept = chosen.filter((stretch) => lengthOf(stretch) > 2 * shown)
    if (kept.length === chosen.length) {
      const idle = kept.sort((a, b) => a.from - b.from)
      return { ms, isLong: ms > whole * offeredShare, warp: shorten(idle, shown) }
    }
    chosen = kept
  }
}

function lengthOf({ from, to }: TimeRange): number {
  return to - from
}
