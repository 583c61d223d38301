import { formatDuration, formatOffset } from '#components/format/time.ts'
import { type TimeScale, timeAt, xOf } from '#components/timeline/layout/timeScale.ts'
import { straight } from '#components/timeline/layout/timeWarp.ts'

const units = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const seconds = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
]
const tickSteps = [...units, ...seconds.map((s) => s * 1000)]

/** A moment, and where it lies. `label` is empty where there is no room for it. */
export type Tick = { at: number; x: number; label: string }

/** A silence that is drawn short: since when, where, and how long it was. `label` is empty where there is no room for it. */
export type Break = { at: number; x: number; width: number; ms: number; label: string; labelX: number }

export type Axis = { ticks: Tick[]; breaks: Break[] }

/** Round moments since `origin` that lie on the scale, about `gap` pixels apart, and the silences that are drawn short. */
export function axisOf(scale: TimeScale, origin: number, gap = 88): Axis {
  if (scale.width <= 0) return { ticks: [], breaks: [] }
  const breaks = breaksOf(scale)
  const ticks: Tick[] = []
  // room that labels of breaks take, and the right end of the last tick's label
  const taken = breaks.filter(({ label }) => label !== '').map(({ label, labelX }) => [labelX, widthOf(label)] as const)
  let end = Number.NEGATIVE_INFINITY
  for (const { at, x, label } of roundMoments(scale, origin, gap)) {
    const width = widthOf(label)
    const isFree = x >= end && taken.every(([left, wide]) => x + 5 + width < left || x + 5 > left + wide)
    if (isFree) end = x + 5 + width
    ticks.push({ at, x, label: isFree ? label : '' })
  }
  return { ticks, breaks }
}

/** The silences drawn short that lie on the scale. Where their labels would overlap, the longest has one. */
export function breaksOf(scale: TimeScale): Break[] {
  const { warp = straight } = scale
  const breaks = warp.idle
    .filter(({ from, to }) => to > scale.from && from < scale.to)
    .map(({ from, to }) => {
      const x = Math.max(0, xOf(scale, from))
      const width = Math.min(scale.width, xOf(scale, to)) - x
      return { at: from, x, width, ms: to - from, label: '', labelX: 0 }
    })
  const placed: Break[] = []
  for (const each of [...breaks].sort((a, b) => b.ms - a.ms)) {
    const label = `${formatDuration(each.ms)} idle`
    const width = widthOf(label)
    const labelX = Math.max(0, Math.min(scale.width - width, each.x + (each.width - width) / 2))
    if (placed.some((other) => labelX < other.labelX + widthOf(other.label) && other.labelX < labelX + width)) continue
    placed.push(Object.assign(each, { label, labelX }))
  }
  return breaks
}

/**
 * Where a moment lies on the scale, and when it is: since `origin`, as exactly as a pixel shows it, and whether nothing
 * happened then. Null if it lies outside.
 */
export function placeOf(scale: TimeScale, at: number, origin: number): { x: number; label: string } | null {
  const x = xOf(scale, at)
  if (!(x >= 0 && x <= scale.width)) return null
  const { warp = straight } = scale
  const isIdle = warp.idle.some(({ from, to }) => at > from && at < to)
  const perPixel = Math.abs(timeAt(scale, x + 1) - at)
  const exact = `+${((at - origin) / 1000).toFixed(3)}s`
  return { x, label: `${perPixel < 50 ? exact : formatOffset(at - origin)}${isIdle ? ' idle' : ''}` }
}

function* roundMoments(scale: TimeScale, origin: number, gap: number): Generator<Tick> {
  const { warp = straight } = scale
  const drawn = warp.forth(scale.to) - warp.forth(scale.from)
  const smallest = (drawn / scale.width) * gap
  const step = tickSteps.find((candidate) => candidate >= smallest) ?? Math.ceil(smallest / 604_800_000) * 604_800_000
  // silences are passed over whole: they may hold a hundred thousand steps
  let { from } = scale
  for (const { from: idleFrom, to: idleTo } of [...warp.idle, { from: scale.to, to: scale.to }]) {
    const to = Math.min(scale.to, idleFrom)
    for (let n = Math.ceil((from - origin) / step); origin + n * step <= to; n++) {
      const at = origin + n * step
      yield { at, x: xOf(scale, at), label: tickLabel(n * step) }
    }
    from = Math.max(from, idleTo)
  }
}

/** Pixels of a label in the axis's letters, with the space around it; rather too wide than too narrow. */
export function widthOf(label: string): number {
  return label.length * 6.2 + 10
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
