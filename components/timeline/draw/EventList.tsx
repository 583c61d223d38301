import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { useMedia } from '#components/timeline/draw/useMedia.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import { type TimeFormat, timeText } from '#components/timeline/layout/timeText.ts'
import type { Event } from '#domain/events/envelope.ts'
import styles from './EventList.module.css'

type EventListProps = {
  timeline: JobTimeline
  /** seq of the last one that is shown */
  head: number
  selectedSeq: number | null
  origin: number
  timeFormat: TimeFormat
  follow: boolean
  paneRef: RefObject<HTMLDivElement | null>
  onSelect: (seq: number) => void
  onFollow: (follow: boolean) => void
}

/** Every event in its order. */
export function EventList(props: EventListProps) {
  const { timeline, head, selectedSeq, origin, timeFormat, follow, paneRef, onSelect, onFollow } = props
  const { eventPages } = timeline
  const count = follow ? eventPages.shownThrough(head) : head
  const isCoarse = useMedia('(pointer: coarse)')
  const virtual = useVirtualRows(paneRef, {
    count,
    rowHeight: isCoarse ? 44 : 24,
    onMove: (atEnd) => {
      if (follow !== atEnd) onFollow(atEnd)
    },
  })
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
  useEffect(() => {
    if (isReady && head > 0) eventPages.want(Math.max(1, first - 99), follow ? head : Math.min(head, end + 100))
  })
  const eventAt = (seq: number) => eventPages.at(seq) ?? timeline.wholeEventAt(seq)
  const momentOf = (seq: number) => Date.parse(eventAt(seq)?.recordedAt ?? '')
  const timeOf = (seq: number) => {
    const [at, before] = [momentOf(seq), momentOf(seq - 1)]
    return Number.isNaN(at) ? '' : timeText(timeFormat, { at, before: Number.isNaN(before) ? null : before, origin })
  }
  return (
    <div
      ref={paneRef}
      className={styles.scroller}
      role="tabpanel"
      aria-label="Events"
      {...reachable}
      data-pane="events"
      onScroll={virtual.onScroll}
    >
      <div className={styles.space} style={{ height: virtual.height }}>
        <div style={{ transform: `translateY(${top}px)` }}>
          {Array.from({ length: end - first }, (_, n) => first + n + 1).map((seq) => (
            <EventRow
              key={seq}
              seq={seq}
              event={eventAt(seq)}
              time={timeOf(seq)}
              isSelected={seq === selectedSeq}
              onSelect={onSelect}
            />
          ))}
        </div>
      </div>
    </div>
  )
}

type EventRowProps = {
  seq: number
  /** null: it is on its way */
  event: Event | null
  /** when it was recorded, as the reader wants it told */
  time: string
  isSelected: boolean
  onSelect: (seq: number) => void
}

function EventRow({ seq, event, time, isSelected, onSelect }: EventRowProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={isSelected ? styles.selected : styles.row}
      aria-current={isSelected ? 'true' : undefined}
      onClick={() => onSelect(seq)}
    >
      <span className={styles.seq}>{seq}</span>
      {event ? (
        <>
          <span className={styles.time}>{time}</span>
          <span className={`${styles.type} ${styles[event.type.slice(0, event.type.indexOf('.'))] ?? ''}`}>
            {event.type}
          </span>
          <span className={styles.summary}>{eventSummary(event)}</span>
        </>
      ) : (
        <span className={styles.blank} />
      )}
    </button>
  )
}
