import { formatDuration } from '#components/format/time.ts'
import { breaksOf } from '#components/timeline/layout/timeAxis.ts'
import { type TimeRange, type TimeScale, timeAt, xOf } from '#components/timeline/layout/timeScale.ts'
import type { TimeWarp } from '#components/timeline/layout/timeWarp.ts'
import type { EventKind } from '#domain/events/kinds.ts'
import type { GateView } from '#domain/job/replay.ts'
import type { CountPyramid } from '#domain/view/countPyramid.ts'

const inkNames = ['step', 'output', 'ai', 'gate', 'fail', 'ok', 'muted', 'line', 'surface', 'text', 'focus'] as const
export type Inks = Record<(typeof inkNames)[number], string>

export type OverviewDrawing = {
  /** CSS pixels */
  width: number
  height: number
  limits: TimeRange
  warp: TimeWarp
  range: TimeRange | null
  /** the moment that is looked at; null: now */
  until: number | null
  now: number | null
  counts: CountPyramid
  gates: GateView[]
  inks: Inks
}

const lanes: readonly EventKind[] = ['step', 'output', 'ai', 'gate']
const barWidth = 2
const pitch = 3
const labelWidth = 60
const labelFont = '10px "Inter Variable", sans-serif'

/** Width of the part that time is drawn on; the lanes' names stand after it where there is room. */
export function plotWidth(width: number): number {
  return width < 640 ? width : width - labelWidth
}

/** The theme's colours as a canvas takes them. `light-dark()` is resolved only in a real property. */
export function readInks(element: HTMLElement): Inks {
  const probe = document.createElement('span')
  element.parentElement?.append(probe)
  const inks = Object.fromEntries(
    inkNames.map((name) => {
      probe.style.color = `var(--${name})`
      return [name, getComputedStyle(probe).color]
    }),
  ) as Inks
  probe.remove()
  return inks
}

export function drawOverview(canvas: HTMLCanvasElement, drawing: OverviewDrawing): void {
  const ratio = window.devicePixelRatio || 1
  const [width, height] = [Math.round(drawing.width * ratio), Math.round(drawing.height * ratio)]
  // a canvas whose size is set is a new one, even if the size is the same
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const ink = canvas.getContext('2d')
  if (!ink) return
  ink.setTransform(ratio, 0, 0, ratio, 0, 0)
  ink.clearRect(0, 0, drawing.width, drawing.height)
  const scale: TimeScale = { ...drawing.limits, width: plotWidth(drawing.width), warp: drawing.warp }
  drawBreaks(ink, drawing, scale)
  drawLanes(ink, drawing, scale)
  drawNow(ink, drawing, scale)
  drawGates(ink, drawing, scale)
  drawLater(ink, drawing, scale)
  drawRange(ink, drawing, scale)
}

type Ink = CanvasRenderingContext2D

/** Silences that are drawn short, each with its true length: across where there is room, else upwards. */
function drawBreaks(ink: Ink, { height, inks }: OverviewDrawing, scale: TimeScale): void {
  ink.font = labelFont
  for (const { x, width, ms } of breaksOf(scale)) {
    ink.globalAlpha = 0.5
    ink.fillStyle = inks.line
    ink.fillRect(x, 0, width, height)
    ink.globalAlpha = 1
    const label = `${formatDuration(ms)} idle`
    const isWide = width >= ink.measureText(label).width + 6
    if (!isWide && width < 11) continue
    ink.save()
    ink.translate(x + width / 2, height / 2)
    if (!isWide) ink.rotate(-Math.PI / 2)
    ink.textAlign = 'center'
    ink.textBaseline = 'middle'
    ink.fillStyle = inks.muted
    ink.fillText(label, 0, 0)
    ink.restore()
  }
}

function drawLanes(ink: Ink, { width, height, counts, inks }: OverviewDrawing, scale: TimeScale): void {
  const laneHeight = (height - 8) / lanes.length
  const edges = Array.from({ length: Math.floor(scale.width / pitch) + 1 }, (_, n) => timeAt(scale, n * pitch))
  // the last column ends where the chart does, not a pixel before
  edges[edges.length - 1] = scale.to
  ink.font = labelFont
  ink.textBaseline = 'middle'
  lanes.forEach((kind, n) => {
    const bottom = 4 + (n + 1) * laneHeight - 1
    const lane = counts.columns(kind, edges)
    // a lone event is a low mark, whatever else the lane holds
    const most = Math.max(4, ...lane)
    ink.fillStyle = inks[kind as keyof Inks]
    lane.forEach((count, column) => {
      if (count === 0) return
      // roots keep one event visible beside ten thousand
      const tall = Math.max(2, Math.sqrt(count / most) * (laneHeight - 2))
      ink.fillRect(column * pitch, bottom - tall, barWidth, tall)
    })
    if (width < 640) return
    ink.fillStyle = inks.muted
    ink.fillText(kind, plotWidth(width) + 12, bottom - laneHeight / 2 + 1)
  })
}

function drawNow(ink: Ink, { height, now, inks }: OverviewDrawing, scale: TimeScale): void {
  if (now === null) return
  const x = xOf(scale, now)
  ink.fillStyle = inks.line
  ink.fillRect(x, 0, 1, height)
}

function drawGates(ink: Ink, { height, gates, inks }: OverviewDrawing, scale: TimeScale): void {
  const y = height - 4 - (height - 8) / lanes.length / 2
  for (const gate of gates) {
    const x = xOf(scale, Date.parse(gate.endedAt ?? gate.startedAt))
    ink.beginPath()
    ink.moveTo(x, y - 5)
    ink.lineTo(x + 5, y)
    ink.lineTo(x, y + 5)
    ink.lineTo(x - 5, y)
    ink.closePath()
    ink.fillStyle = gate.passed === false ? inks.fail : inks.gate
    ink.strokeStyle = inks.surface
    ink.lineWidth = 1.5
    ink.fill()
    ink.stroke()
  }
}

/** What came after the moment that is looked at is faint. */
function drawLater(ink: Ink, { height, until, inks }: OverviewDrawing, scale: TimeScale): void {
  if (until === null) return
  const x = xOf(scale, until)
  ink.globalAlpha = 0.72
  ink.fillStyle = inks.surface
  ink.fillRect(x, 0, scale.width - x, height)
  ink.globalAlpha = 1
}

function drawRange(ink: Ink, { width, height, range, inks }: OverviewDrawing, scale: TimeScale): void {
  if (!range) return
  const left = xOf(scale, range.from)
  const right = xOf(scale, range.to)
  ink.globalAlpha = 0.72
  ink.fillStyle = inks.surface
  ink.fillRect(0, 0, left, height)
  ink.fillRect(right, 0, width - right, height)
  ink.globalAlpha = 1
  ink.fillStyle = inks.text
  ink.fillRect(left - 1, 0, 1.5, height)
  ink.fillRect(right - 0.5, 0, 1.5, height)
}
