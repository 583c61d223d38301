import { rangeBack, rangeForth, straight, type TimeWarp } from '#components/timeline/layout/timeWarp.ts'

/** Milliseconds since the epoch. */
export type TimeRange = { from: number; to: number }

/** A range of time on so many pixels; `warp` says which silences are drawn short, straight if it is left out. */
export type TimeScale = TimeRange & { width: number; warp?: TimeWarp }

export function xOf({ from, to, width, warp = straight }: TimeScale, at: number): number {
  const left = warp.forth(from)
  return ((warp.forth(at) - left) / (warp.forth(to) - left)) * width
}

export function timeAt({ from, to, width, warp = straight }: TimeScale, x: number): number {
  const left = warp.forth(from)
  return warp.back(left + (x / width) * (warp.forth(to) - left))
}

const headroom = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/** A duration made a little longer, in steps: it stays the same while what it is made from grows. */
export function roundUp(ms: number): number {
  const power = 10 ** Math.floor(Math.log10(ms))
  return (headroom.find((step) => step * power >= ms) ?? 10) * power
}

type JobTime = { startedAt: number; endedAt: number | null; now: number; warp?: TimeWarp }

/**
 * The time a chart spans. A job that goes on gets room to grow into, in steps: were the end always now, every bar would
 * move all the time. Never empty.
 */
export function chartRange({ startedAt, endedAt, now, warp = straight }: JobTime): TimeRange {
  const from = warp.forth(startedAt)
  const drawn = warp.forth(endedAt ?? now) - from
  const span = endedAt === null ? roundUp(Math.max(1_000, drawn) * 1.04) : Math.max(1, drawn) * 1.03
  return { from: startedAt, to: warp.back(from + span) }
}

type Limits = { limits: TimeRange; warp?: TimeWarp }

/** A range narrowed or widened around a moment, kept inside `limits` and no narrower than 10 ms of drawn time. */
export function zoomRange(range: TimeRange, by: { factor: number; around: number } & Limits): TimeRange {
  const { factor, warp = straight } = by
  const limits = rangeForth(warp, by.limits)
  const { from, to } = rangeForth(warp, range)
  const around = warp.forth(by.around)
  const widest = limits.to - limits.from
  const span = Math.min(widest, Math.max(Math.min(10, widest), (to - from) * factor))
  const part = (around - from) / (to - from)
  return rangeBack(warp, shiftInto({ from: around - span * part, to: around - span * part + span }, limits))
}

/** A range moved by a part of its own width. */
export function panRange(range: TimeRange, part: number, { limits, warp = straight }: Limits): TimeRange {
  const { from, to } = rangeForth(warp, range)
  const by = (to - from) * part
  return rangeBack(warp, shiftInto({ from: from + by, to: to + by }, rangeForth(warp, limits)))
}

/** All that lies between two moments, with some room around it, inside `limits`: what a chart shows of a part of a job. */
export function fitRange({ from, to }: TimeRange, { limits, warp = straight }: Limits): TimeRange {
  const whole = rangeForth(warp, limits)
  const drawn = rangeForth(warp, { from, to })
  // a moment is shown with what is around it
  const least = Math.min(1_000, (whole.to - whole.from) / 10)
  const room = Math.max((drawn.to - drawn.from) * 0.04, (least - (drawn.to - drawn.from)) / 2)
  return rangeBack(warp, {
    from: Math.max(whole.from, drawn.from - room),
    to: Math.min(whole.to, drawn.to + room),
  })
}

/** The part of a range that lies within limits; null if none does. */
export function overlapOf(range: TimeRange, limits: TimeRange): TimeRange | null {
  const from = Math.max(range.from, limits.from)
  const to = Math.min(range.to, limits.to)
  return from < to ? { from, to } : null
}

/** Whether two ranges look the same. */
export function isAbout(a: TimeRange, b: TimeRange): boolean {
  return Math.abs(a.from - b.from) + Math.abs(a.to - b.to) <= (b.to - b.from) * 0.002
}

function shiftInto(range: TimeRange, limits: TimeRange): TimeRange {
  const span = range.to - range.from
  const from = Math.min(Math.max(range.from, limits.from), limits.to - span)
  return { from, to: from + span }
}
