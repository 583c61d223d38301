import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import { formatOffset } from '#components/format/time.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './EventList.module.css'

type EventListProps = {
  timeline: JobTimeline
  selectedSeq: number | null
  origin: number
  follow: boolean
  paneRef: RefObject<HTMLDivElement | null>
  onSelect: (seq: number) => void
  onFollow: (follow: boolean) => void
}

/** Every event in its order. */
export function EventList({ timeline, selectedSeq, origin, follow, paneRef, onSelect, onFollow }: EventListProps) {
  const count = timeline.events.length
  const isCoarse = useMedia('(pointer: coarse)')
  const virtual = useVirtualRows(paneRef, count, isCoarse ? 44 : 24)
  const { isReady } = virtual
  const steady = useRef(virtual)
  steady.current = virtual

  useLayoutEffect(() => {
    if (follow && count > 0 && isReady) steady.current.toEnd()
  }, [follow, count, isReady])

  useEffect(() => {
    if (selectedSeq !== null && !follow && isReady) steady.current.reveal(selectedSeq - 1)
  }, [selectedSeq, follow, isReady])

  const { first, end, top } = virtual.window
  return (
    <div
      ref={paneRef}
      className={styles.scroller}
      role="tabpanel"
      aria-label="Events"
      {...reachable}
      data-pane="events"
      onScroll={() => {
        virtual.onScroll()
        const atEnd = virtual.isAtEnd()
        if (follow !== atEnd) onFollow(atEnd)
      }}
    >
      <div className={styles.space} style={{ height: virtual.height }}>
        <div style={{ transform: `translateY(${top}px)` }}>
          {timeline.events.slice(first, end).map((event) => (
            <EventRow
              key={event.seq}
              event={event}
              origin={origin}
              isSelected={event.seq === selectedSeq}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

type EventRowProps = { event: Event; origin: number; isSelected: boolean; onSelect: (seq: number) => void }

function EventRow({ event, origin, isSelected, onSelect }: EventRowProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={isSelected ? styles.selected : styles.row}
      aria-current={isSelected ? 'true' : undefined}
      onClick={() => onSelect(event.seq)}
    >
      <span className={styles.seq}>{event.seq}</span>
      <span className={styles.time}>{formatOffset(Date.parse(event.recordedAt) - origin)}</span>
      <span className={`${styles.type} ${styles[event.type.slice(0, event.type.indexOf('.'))] ?? ''}`}>
        {event.type}
      </span>
      <span className={styles.summary}>{eventSummary(event)}</span>
    </button>
  )
}
