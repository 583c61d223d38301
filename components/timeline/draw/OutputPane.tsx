import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { type AskedStates, EarlierStates } from '#components/timeline/draw/EarlierStates.tsx'
import { OutputLine, SkeletonLine } from '#components/timeline/draw/OutputLine.tsx'
import type { LineRange } from '#components/timeline/draw/useLineRange.ts'
import { type PinnedLines, useLineSelection } from '#components/timeline/draw/useLineSelection.ts'
import { useTheme } from '#components/timeline/draw/useTheme.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import type { Highlights } from '#components/timeline/layout/searchHighlights.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import styles from './OutputPane.module.css'

type OutputPaneProps = {
  timeline: JobTimeline
  range: LineRange
  /** the run of a step that is looked at; lines of others are faint */
  stepKey: string | null
  highlights: Highlights
  /** the line that a search or the reader went to; a new object goes there again */
  goal: { line: number } | null
  selectedSeq: number | null
  /** scrolled to when it changes */
  revealSeq: number | null
  origin: number
  follow: boolean
  paneRef: RefObject<HTMLDivElement | null>
  onSelect: (seq: number) => void
  onFollow: (follow: boolean) => void
  say: (text: string) => void
}

const rowHeight = 20

/** The output of the job, or of the time of one step, line by line. Only what is in view exists. */
export function OutputPane(props: OutputPaneProps) {
  const { timeline, range, stepKey, highlights, goal, selectedSeq, revealSeq, origin, follow, paneRef } = props
  const { onSelect, onFollow } = props
  const { lines } = timeline
  const theme = useTheme()
  const isTail = follow && range.end === lines.total
  const shownEnd = isTail ? Math.max(range.first, lines.shownThrough()) : range.end
  const count = shownEnd - range.first
  const virtual = useVirtualRows(paneRef, {
    count,
    rowHeight,
    onMove: (atEnd) => {
      if (follow !== atEnd) onFollow(atEnd)
    },
  })
  const { isReady } = virtual
  const first = range.first + virtual.window.first
  const end = range.first + virtual.window.end
  const steady = useRef({ virtual, range, first, end })
  steady.current = { virtual, range, first, end }

  useLayoutEffect(() => {
    if (follow && count > 0 && isReady) steady.current.virtual.toEnd()
  }, [follow, count, isReady])

  useEffect(() => {
    if (isReady) lines.want(first, isTail ? range.end : end)
  })

  useEffect(() => {
    if (revealSeq === null || follow || !isReady) return
    const shown = steady.current
    for (let line = shown.first; line < shown.end; line++) if (lines.at(line)?.seq === revealSeq) return
    let isOver = false
    lines.atOrAfter(revealSeq).then(
      (line) => {
        if (!isOver) revealLine(steady.current, line)
      },
      // the stream says that the server is away; the reader asks again by selecting again
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [revealSeq, follow, lines, isReady])

  useEffect(() => {
    if (goal !== null && isReady) revealLine(steady.current, goal.line)
  }, [goal, isReady])

  const { pinned, onCopy } = useLineSelection(paneRef, lines, props.say)
  const [states, setStates] = useState<AskedStates | null>(null)
  const askStates = useCallback(
    (number: number, button: HTMLElement) => {
      const line = lines.at(number)
      if (line) setStates({ line, near: button.getBoundingClientRect() })
    },
    [lines],
  )
  const digits = String(lines.total).length
  const arrivedLine = timeline.arrived?.afterLine ?? Number.POSITIVE_INFINITY
  return (
    <div
      ref={paneRef}
      className={styles.scroller}
      role="tabpanel"
      aria-label="Output"
      {...reachable}
      data-pane="output"
      onScroll={virtual.onScroll}
      onCopy={onCopy}
    >
      <div className={styles.space} style={{ height: virtual.height }}>
        <div className={styles.rows} style={{ transform: `translateY(${virtual.window.top}px)` }}>
          {rowsOf(first, end, pinned).map((number) => {
            const line = lines.at(number)
            if (!line) return <SkeletonLine key={number} number={number + 1} digits={digits} />
            return (
              <OutputLine
                key={number}
                number={number + 1}
                digits={digits}
                seq={line.seq}
                at={line.at - origin}
                text={line.text}
                wholeLength={line.wholeLength}
                style={line.style}
                isError={line.stream === 'stderr'}
                isFaint={stepKey !== null && line.scope !== stepKey}
                isNew={number >= arrivedLine}
                away={number < first ? 'above' : number >= end ? 'below' : null}
                theme={theme}
                ranges={highlights(number, plainText(line.text))}
                mark={number === goal?.line ? 'hit' : line.seq === selectedSeq ? 'selected' : null}
                onSelect={onSelect}
                onStates={askStates}
              />
            )
          })}
        </div>
      </div>
      {states !== null && <EarlierStates asked={states} theme={theme} onClose={() => setStates(null)} />}
    </div>
  )
}

/** The lines to draw, ascending: those in view, and the two that hold the ends of a selection. */
function rowsOf(first: number, end: number, pinned: PinnedLines | null): number[] {
  const rows = Array.from({ length: end - first }, (_, n) => first + n)
  if (!pinned) return rows
  const away = [...new Set([pinned.first, pinned.last])].filter((line) => line < first || line >= end)
  return [...away.filter((line) => line < first), ...rows, ...away.filter((line) => line >= end)]
}

type Shown = { virtual: { reveal(row: number): void }; range: LineRange }

function revealLine({ virtual, range }: Shown, line: number): void {
  if (range.end > range.first) virtual.reveal(Math.min(Math.max(0, line - range.first), range.end - range.first - 1))
}
