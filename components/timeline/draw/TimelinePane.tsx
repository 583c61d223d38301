import { type CSSProperties, type RefObject, useEffect, useMemo, useRef } from 'react'
import { TreeGrid } from '#components/a11y/TreeGrid.tsx'
import { Crosshair } from '#components/timeline/draw/Crosshair.tsx'
import type { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import { TimeAxis } from '#components/timeline/draw/TimeAxis.tsx'
import { rowId, TimelineRow } from '#components/timeline/draw/TimelineRow.tsx'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useSize } from '#components/timeline/draw/useSize.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import type { Row } from '#components/timeline/layout/rows.ts'
import { breaksOf } from '#components/timeline/layout/timeAxis.ts'
import { type TimeRange, type TimeScale, timeAt } from '#components/timeline/layout/timeScale.ts'
import type { TimeWarp } from '#components/timeline/layout/timeWarp.ts'
import styles from './TimelinePane.module.css'

type TimelinePaneProps = {
  rows: Row[]
  /** key of the row that stands for the selected event */
  currentKey: string | null
  range: TimeRange
  /** which silences are drawn short */
  warp: TimeWarp
  pointed: PointedTime
  /** when the job was created */
  origin: number
  now: number
  isOver: boolean
  onSelect: (seq: number) => void
  onToggle: (key: string) => void
  onZoom: (factor: number, around: number) => void
}

/** Space at the ends of a lane, and width of the names before it, in pixels. */
const edge = 12
const nameWidth = (total: number) => Math.round(Math.min(460, Math.max(220, total * 0.36)))

/** The job as rows of names and bars, on one scale of time. */
export function TimelinePane(props: TimelinePaneProps) {
  const { rows, currentKey, range, warp, pointed, origin, now, isOver, onSelect, onToggle, onZoom } = props
  const paneRef = useRef<HTMLDivElement>(null)
  const { width } = useSize(paneRef)
  const isNarrow = useMedia('(max-width: 640px)')
  const isCoarse = useMedia('(pointer: coarse)')
  const names = isNarrow ? 0 : nameWidth(width)
  const left = names || edge
  const { from, to } = range
  const laneWidth = Math.max(1, width - names - 2 * edge)
  const scale = useMemo<TimeScale>(() => ({ from, to, width: laneWidth, warp }), [from, to, laneWidth, warp])
  const breaks = useMemo(() => breaksImage(scale), [scale])
  const virtual = useVirtualRows(paneRef, { count: rows.length, rowHeight: isNarrow || isCoarse ? 44 : 24 })
  const at = useMemo(() => {
    return currentKey === null ? -1 : rows.findIndex((row) => row.node.key === currentKey)
  }, [rows, currentKey])
  const { isReady } = virtual
  const steady = useRef(virtual)
  steady.current = virtual
  const before = useRef(-1)
  useEffect(() => {
    if (at < 0 || !isReady) return
    // a step to the next row scrolls by a row; a jump lands in the middle, with what is around it
    if (Math.abs(at - before.current) === 1) steady.current.show(at)
    else steady.current.reveal(at)
    before.current = at
  }, [at, isReady])
  useWheelZoom(paneRef, (factor, clientX) => {
    const paneLeft = paneRef.current?.getBoundingClientRect().left ?? 0
    onZoom(factor, timeAt(scale, clientX - paneLeft - left))
  })
  const { first, end, top } = virtual.window
  return (
    <section
      className={styles.pane}
      aria-label="Timeline"
      onPointerMove={(event) => {
        // a finger scrolls, it does not point
        if (event.pointerType === 'touch') return
        const x = event.clientX - event.currentTarget.getBoundingClientRect().left - left
        pointed.set(x < 0 || x > laneWidth ? null : timeAt(scale, x))
      }}
      onPointerLeave={() => pointed.set(null)}
    >
      <TimeAxis scale={scale} origin={origin} now={isOver ? null : now} left={left} />
      <Crosshair pointed={pointed} scale={scale} origin={origin} left={left} hasLabel />
      <div
        ref={paneRef}
        className={styles.scroller}
        style={{ '--breaks': breaks } as CSSProperties}
        onScroll={virtual.onScroll}
        data-pane="timeline"
      >
        <TreeGrid
          label="Steps, gates and AI events"
          rowCount={rows.length}
          activeRow={at >= first && at < end ? rowId(currentKey ?? '') : undefined}
          className={styles.table}
          height={virtual.height}
        >
          <tbody className={styles.body} style={{ transform: `translateY(${top}px)` }}>
            {rows.slice(first, end).map((row, n) => (
              <TimelineRow
                key={row.node.key}
                row={row}
                index={first + n}
                scale={scale}
                now={now}
                names={names}
                isCurrent={row.node.key === currentKey}
                onSelect={onSelect}
                onToggle={onToggle}
              />
            ))}
          </tbody>
        </TreeGrid>
      </div>
    </section>
  )
}

/** What lies over the bars of every lane where a silence is drawn short: one picture instead of an element a row. */
function breaksImage(scale: TimeScale): string {
  const stops = breaksOf(scale).flatMap(({ x, width }) => [
    `transparent ${x}px`,
    `var(--break-edge) ${x}px ${x + 1}px`,
    `var(--break) ${x + 1}px ${x + width - 1}px`,
    `var(--break-edge) ${x + width - 1}px ${x + width}px`,
    `transparent ${x + width}px`,
  ])
  return stops.length === 0 ? 'none' : `linear-gradient(90deg, ${stops.join(', ')})`
}

/** Ctrl and the wheel, or a pinch, zoom at the pointer. Registered by hand: React's wheel listeners cannot stop the page's zoom. */
function useWheelZoom(element: RefObject<HTMLElement | null>, zoom: (factor: number, clientX: number) => void): void {
  const latest = useRef(zoom)
  latest.current = zoom
  useEffect(() => {
    const { current } = element
    if (!current) return
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      latest.current(Math.exp(Math.max(-50, Math.min(50, event.deltaY)) * 0.01), event.clientX)
    }
    current.addEventListener('wheel', onWheel, { passive: false })
    return () => current.removeEventListener('wheel', onWheel)
  }, [element])
}
