import { type PointerEvent, useEffect, useRef, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { Crosshair } from '#components/timeline/draw/Crosshair.tsx'
import { drawOverview, type Inks, plotWidth, readInks } from '#components/timeline/draw/drawOverview.ts'
import type { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useSize } from '#components/timeline/draw/useSize.ts'
import { useTheme } from '#components/timeline/draw/useTheme.ts'
import { type TimeRange, type TimeScale, timeAt, xOf } from '#components/timeline/layout/timeScale.ts'
import type { TimeWarp } from '#components/timeline/layout/timeWarp.ts'
import styles from './Overview.module.css'

type OverviewProps = {
  timeline: JobTimeline
  /** renders it anew when events came */
  version: number
  /** the whole job */
  limits: TimeRange
  /** which silences are drawn short */
  warp: TimeWarp
  pointed: PointedTime
  /** whether a pane below says when the pointer's moment is */
  hasAxis: boolean
  /** when the job was created */
  origin: number
  /** the part that is looked at; null: all of it */
  range: TimeRange | null
  /** null: the job is over */
  now: number | null
  /** the moment that is looked at; null: now */
  until: number | null
  onRange: (range: TimeRange | null) => void
}

/** The whole job at a glance: how much of what happened when. Dragging picks a part, a double click all of it. */
export function Overview(props: OverviewProps) {
  const { timeline, limits, warp, pointed, hasAxis, origin, range, now, until, onRange } = props
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height } = useSize(box)
  const look = `${useTheme()} ${useMedia('(forced-colors: active)')}`
  const read = useRef<{ look: string; inks: Inks } | null>(null)
  const [drag, setDrag] = useState<TimeRange | null>(null)
  const shown = drag ? ordered(drag) : range

  // drawn at every render: `version` and the theme change what is read here without changing a value
  useEffect(() => {
    if (!canvas.current || width === 0) return
    const gates = [...timeline.view.gates.values()]
    // reading them lays the page out: not at each of twenty drawings a second
    if (read.current?.look !== look) read.current = { look, inks: readInks(canvas.current) }
    drawOverview(canvas.current, {
      width,
      height,
      limits,
      warp,
      range: shown,
      now,
      until,
      counts: timeline.counts,
      gates,
      inks: read.current.inks,
    })
  })

  const scale: TimeScale = { ...limits, width: plotWidth(width), warp }
  const at = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0
    return timeAt(scale, Math.max(0, Math.min(scale.width, event.clientX - left)))
  }
  return (
    <div
      ref={box}
      className={styles.overview}
      aria-hidden="true"
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ from: at(event), to: at(event) })
      }}
      onPointerMove={(event) => {
        if (drag) setDrag({ ...drag, to: at(event) })
        if (event.pointerType !== 'touch') pointed.set(at(event))
      }}
      onPointerLeave={() => pointed.set(null)}
      onPointerUp={() => {
        const picked = drag && ordered(drag)
        setDrag(null)
        // less than four pixels is a click, not a range
        if (picked && xOf(scale, picked.to) - xOf(scale, picked.from) > 4) onRange(picked)
      }}
      onDoubleClick={() => onRange(null)}
    >
      <canvas ref={canvas} className={styles.canvas} />
      <Crosshair pointed={pointed} scale={scale} origin={origin} left={0} hasLabel={!hasAxis} />
    </div>
  )
}

function ordered({ from, to }: TimeRange): TimeRange {
  return from <= to ? { from, to } : { from: to, to: from }
}
