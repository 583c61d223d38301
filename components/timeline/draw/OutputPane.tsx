import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { OutputLine } from '#components/timeline/draw/OutputLine.tsx'
import type { StoredText } from '#components/timeline/draw/useStoredText.ts'
import { useTheme } from '#components/timeline/draw/useTheme.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import type { OutputScope } from '#components/timeline/layout/outputScope.ts'
import styles from './OutputPane.module.css'

type OutputPaneProps = {
  timeline: JobTimeline
  text: StoredText
  scope: OutputScope
  query: string
  /** line that the search stands at */
  hit: number | null
  selectedSeq: number | null
  /** scrolled to when it changes */
  revealSeq: number | null
  origin: number
  follow: boolean
  paneRef: RefObject<HTMLDivElement | null>
  onSelect: (seq: number) => void
  onFollow: (follow: boolean) => void
}

const rowHeight = 20

/** The output of the job, or of one step, line by line. Only what is in view exists. */
export function OutputPane(props: OutputPaneProps) {
  const { timeline, text, scope, query, hit, selectedSeq, revealSeq, origin, follow, paneRef, onSelect, onFollow } =
    props
  const theme = useTheme()
  const virtual = useVirtualRows(paneRef, scope.count, rowHeight)
  const { isReady } = virtual
  const steady = useRef(virtual)
  steady.current = virtual
  const lines = useRef(scope)
  lines.current = scope

  useLayoutEffect(() => {
    if (follow && scope.count > 0 && isReady) steady.current.toEnd()
  }, [follow, scope.count, isReady])

  useEffect(() => {
    if (revealSeq === null || follow || !isReady) return
    const row = lines.current.rowOf(timeline.output.lineAtOrAfter(revealSeq))
    if (row !== null) steady.current.reveal(row)
  }, [revealSeq, follow, timeline, isReady])

  useEffect(() => {
    const row = hit === null ? null : lines.current.rowOf(hit)
    if (row !== null) steady.current.reveal(row)
  }, [hit])

  const { first, end, top } = virtual.window
  const digits = String(timeline.output.lines).length
  return (
    <div
      ref={paneRef}
      className={styles.scroller}
      role="tabpanel"
      aria-label="Output"
      {...reachable}
      data-pane="output"
      onScroll={() => {
        virtual.onScroll()
        const atEnd = virtual.isAtEnd()
        if (follow !== atEnd) onFollow(atEnd)
      }}
    >
      <div className={styles.space} style={{ height: virtual.height }}>
        <div className={styles.rows} style={{ transform: `translateY(${top}px)` }}>
          {Array.from({ length: end - first }, (_, n) => scope.lineOf(first + n)).map((line) => {
            const place = timeline.output.placeOf(line)
            const event = place && timeline.eventAt(place.seq)
            if (!place || !event) return null
            return (
              <OutputLine
                key={line}
                number={line + 1}
                digits={digits}
                seq={place.seq}
                at={Date.parse(event.recordedAt) - origin}
                {...text.read(line)}
                isError={place.stream === 'stderr'}
                theme={theme}
                query={query}
                mark={line === hit ? 'hit' : place.seq === selectedSeq ? 'selected' : null}
                onSelect={onSelect}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}
