import { type TimeRange, type TimeScale, xOf } from '#components/timeline/layout/timeScale.ts'
import type { EventKind } from '#domain/events/kinds.ts'
import type { GateView } from '#domain/job/replay.ts'
import type { CountPyramid } from '#domain/view/countPyramid.ts'

const inkNames = ['step', 'output', 'ai', 'gate', 'fail', 'ok', 'muted', 'line', 'surface', 'text', 'focus'] as const
type Inks = Record<(typeof inkNames)[number], string>

export type OverviewDrawing = {
  /** CSS pixels */
  width: number
  height: number
  limits: TimeRange
  range: TimeRange | null
  now: number | null
  counts: CountPyramid
  gates: GateView[]
  inks: Inks
}

const lanes: readonly EventKind[] = ['step', 'output', 'ai', 'gate']
const barWidth = 2
const pitch = 3
const labelWidth = 60

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
  canvas.width = Math.round(drawing.width * ratio)
  canvas.height = Math.round(drawing.height * ratio)
  const ink = canvas.getContext('2d')
  if (!ink) return
  ink.scale(ratio, ratio)
  drawLanes(ink, drawing)
  drawNow(ink, drawing)
  drawGates(ink, drawing)
  drawRange(ink, drawing)
}

function drawLanes(ink: CanvasRenderingContext2D, { width, height, limits, counts, inks }: OverviewDrawing): void {
  const laneHeight = (height - 8) / lanes.length
  const columns = Math.floor(plotWidth(width) / pitch)
  ink.font = '10px "Inter Variable", sans-serif'
  ink.textBaseline = 'middle'
  lanes.forEach((kind, n) => {
    const bottom = 4 + (n + 1) * laneHeight - 1
    const lane = counts.columns(kind, { ...limits, columns })
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

function drawNow(ink: CanvasRenderingContext2D, { width, height, limits, now, inks }: OverviewDrawing): void {
  if (now === null) return
  const x = xOf({ ...limits, width: plotWidth(width) }, now)
  ink.fillStyle = inks.line
  ink.fillRect(x, 0, 1, height)
}

function drawGates(ink: CanvasRenderingContext2D, { width, height, limits, gates, inks }: OverviewDrawing): void {
  const scale: TimeScale = { ...limits, width: plotWidth(width) }
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

function drawRange(ink: CanvasRenderingContext2D, { width, height, limits, range, inks }: OverviewDrawing): void {
  if (!range) return
  const scale: TimeScale = { ...limits, width: plotWidth(width) }
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
