import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef } from 'react'
import { formatCount } from '#components/format/count.ts'
import { formatOffset } from '#components/format/time.ts'
import { plotWidth } from '#components/timeline/draw/drawOverview.ts'
import { useSize } from '#components/timeline/draw/useSize.ts'
import { momentAtTime, momentFrom, momentsOf, timeOfMoment } from '#components/timeline/layout/moments.ts'
import { type TimeRange, timeAt, xOf } from '#components/timeline/layout/timeScale.ts'
import type { TimeWarp } from '#components/timeline/layout/timeWarp.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './Scrubber.module.css'

type ScrubberProps = {
  events: readonly Event[]
  /** changes when the events do */
  version: number
  head: number
  /** the seq that is looked at; null: now */
  at: number | null
  /** when that was, in milliseconds since the epoch; null: now */
  time: number | null
  /** where now is; null for a job that is over: at its last event */
  now: number | null
  /** the time that the overview spans, and when the job was created */
  limits: TimeRange
  warp: TimeWarp
  origin: number
  onMove: (at: number | null) => void
  /** the overview, over which the moment is marked */
  children: ReactNode
}

/** Under the overview and on its scale of time: takes the page back to the job as it was. */
export function Scrubber(props: ScrubberProps) {
  const { events, version, head, at, time, now, limits, warp, origin, onMove, children } = props
  const box = useRef<HTMLDivElement>(null)
  const { width } = useSize(box)
  const moments = useMemo(() => momentsAt(events, version), [events, version])
  const scale = { ...limits, width: plotWidth(width), warp }
  const last = moments.seqs.at(-1) ?? 1
  const shownTime = (at === null ? now : time) ?? timeOfMoment(moments, at ?? last)
  const x = Math.max(0, Math.min(scale.width, xOf(scale, shownTime)))
  const moveTo = (seq: number) => onMove(seq >= last ? null : seq)
  const follow = (event: PointerEvent) => {
    const left = box.current?.getBoundingClientRect().left ?? 0
    moveTo(momentAtTime(moments, timeAt(scale, event.clientX - left)))
  }
  const onKey = (event: KeyboardEvent) => {
    const by = steps[event.key]
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    moveTo(momentFrom(moments, at ?? last, by))
  }
  const words =
    at === null ? 'now' : `event ${formatCount(at)} of ${formatCount(head)}, ${formatOffset(shownTime - origin)}`
  return (
    <div ref={box} className={styles.box}>
      {children}
      {at !== null && <div className={styles.line} style={{ left: x }} />}
      <div
        role="slider"
        tabIndex={0}
        aria-label="Moment of the job that is shown"
        aria-valuemin={1}
        aria-valuemax={Math.max(1, head)}
        aria-valuenow={at ?? head}
        aria-valuetext={words}
        className={styles.track}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          follow(event)
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event)
        }}
      >
        <span className={styles.past} style={{ width: x }} />
        <span className={at === null ? styles.now : styles.handle} style={{ transform: `translateX(${x}px)` }} />
      </div>
    </div>
  )
}

const steps: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

/** `version` names the moment of the outline: the same list at another version holds other events. */
function momentsAt(events: readonly Event[], _version: number) {
  return momentsOf(events)
}
