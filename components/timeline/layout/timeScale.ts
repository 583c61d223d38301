/** Milliseconds since the epoch. */
export type TimeRange = { from: number; to: number }

export type TimeScale = TimeRange & { width: number }

export function xOf(scale: TimeScale, at: number): number {
  return ((at - scale.from) / (scale.to - scale.from)) * scale.width
}

export function timeAt(scale: TimeScale, x: number): number {
  return scale.from + (x / scale.width) * (scale.to - scale.from)
}

const headroom = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

/**
 * The time a chart spans. A job that goes on gets room to grow into, in steps: were the end always now, every bar would
 * move all the time. Never empty.
 */
export function chartRange(job: { startedAt: number; endedAt: number | null; now: number }): TimeRange {
  const { startedAt, endedAt } = job
  if (endedAt !== null) return { from: startedAt, to: startedAt + Math.max(1, endedAt - startedAt) * 1.03 }
  const elapsed = Math.max(1_000, job.now - startedAt) * 1.04
  const power = 10 ** Math.floor(Math.log10(elapsed))
  const factor = headroom.find((step) => step * power >= elapsed) ?? 10
  return { from: startedAt, to: startedAt + factor * power }
}

/** A range narrowed or widened around a moment, kept inside `limits` and no narrower than 10 ms. */
export function zoomRange(range: TimeRange, by: { factor: number; around: number; limits: TimeRange }): TimeRange {
  const { factor, around, limits } = by
  const widest = limits.to - limits.from
  const span = Math.min(widest, Math.max(Math.min(10, widest), (range.to - range.from) * factor))
  const part = (around - range.from) / (range.to - range.from)
  return shiftInto({ from: around - span * part, to: around - span * part + span }, limits)
}

/** A range moved by a part of its own width. */
export function panRange(range: TimeRange, part: number, limits: TimeRange): TimeRange {
  const by = (range.to - range.from) * part
  return shiftInto({ from: range.from + by, to: range.to + by }, limits)
}

function shiftInto(range: TimeRange, limits: TimeRange): TimeRange {
  const span = range.to - range.from
  const from = Math.min(Math.max(range.from, limits.from), limits.to - span)
  return { from, to: from + span }
}

const units = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const seconds = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
]
const tickSteps = [...units, ...seconds.map((s) => s * 1000)]

export type Tick = { x: number; label: string }

/** Round moments since `origin` that lie on the scale, at least `gap` pixels apart. */
export function ticksOf(scale: TimeScale, origin: number, gap = 88): Tick[] {
  if (scale.width <= 0) return []
  const smallest = ((scale.to - scale.from) / scale.width) * gap
  const step = tickSteps.find((candidate) => candidate >= smallest) ?? Math.ceil(smallest / 604_800_000) * 604_800_000
  const ticks: Tick[] = []
  for (let n = Math.ceil((scale.from - origin) / step); origin + n * step <= scale.to; n++) {
    ticks.push({ x: xOf(scale, origin + n * step), label: tickLabel(n * step) })
  }
  return ticks
}

function tickLabel(ms: number): string {
  if (ms === 0) return '0'
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${ms / 1000}s`
  const total = ms / 1000
  const parts = [
    [Math.floor(total / 86_400), 'd'],
    [Math.floor(total / 3600) % 24, 'h'],
    [Math.floor(total / 60) % 60, 'm'],
    [Math.round((total % 60) * 1000) / 1000, 's'],
  ] as const
  return parts.flatMap(([n, unit]) => (n === 0 ? [] : [`${n}${unit}`])).join(' ')
}
