import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { reachable } from '#components/a11y/reachable.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { type AskedStates, EarlierStates } from '#components/timeline/draw/EarlierStates.tsx'
import { Gutter } from '#components/timeline/draw/Gutter.tsx'
import { OutputLine, SkeletonLine } from '#components/timeline/draw/OutputLine.tsx'
import type { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import type { Groups } from '#components/timeline/draw/useGroups.ts'
import type { LineRange } from '#components/timeline/draw/useLineRange.ts'
import { type PinnedLines, useLineSelection } from '#components/timeline/draw/useLineSelection.ts'
import { useTheme } from '#components/timeline/draw/useTheme.ts'
import { useVirtualRows } from '#components/timeline/draw/useVirtualRows.ts'
import type { LineSpan } from '#components/timeline/groups/hiddenLines.ts'
import type { Highlights } from '#components/timeline/layout/searchHighlights.ts'
import { type TimeFormat, timeText } from '#components/timeline/layout/timeText.ts'
import type { Anchor } from '#components/timeline/layout/virtualWindow.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import type { Density } from '#domain/search/density.ts'
import styles from './OutputPane.module.css'

type OutputPaneProps = {
  timeline: JobTimeline
  /** lines of later events are not shown: the range may be that of a moment before this one */
  head: number
  range: LineRange
  groups: Groups
  /** the run of a step that is looked at; lines of others are faint */
  stepKey: string | null
  highlights: Highlights
  /** where hits and lines of stderr are */
  density: { hits: Density | null; errors: Density | null }
  /** the line that a search or the reader went to; a new object goes there again */
  goal: { line: number } | null
  selectedSeq: number | null
  /** scrolled to when it changes */
  revealSeq: number | null
  origin: number
  timeFormat: TimeFormat
  /** is told the time of the line that the pointer is at */
  pointed: PointedTime
  follow: boolean
  /** long lines take several rows of text */
  isWrapped: boolean
  paneRef: RefObject<HTMLDivElement | null>
  onSelect: (seq: number) => void
  onFollow: (follow: boolean) => void
  say: (text: string) => void
}

const rowHeight = 20

/** The output of the job, or of the time of one step, line by line. Only what is in view exists. */
export function OutputPane(props: OutputPaneProps) {
  const { timeline, head, range, stepKey, highlights, goal, selectedSeq, revealSeq, origin, follow, paneRef } = props
  const { groups, timeFormat, isWrapped, pointed, onSelect, onFollow } = props
  const { lines } = timeline
  const { hidden } = groups
  const theme = useTheme()
  const isTail = follow && range.end === lines.total
  const shownEnd = isTail ? Math.max(range.first, lines.shownThrough()) : range.end
  const firstRow = hidden.rowOf(range.first)
  const count = hidden.rowOf(shownEnd) - firstRow
  const rowsRef = useRef<HTMLDivElement>(null)
  const averageHeight = () => {
    const { current } = rowsRef
    return current ? current.offsetHeight / Math.max(1, current.childElementCount) : rowHeight
  }
  const virtual = useVirtualRows(paneRef, {
    count,
    rowHeight,
    averageHeight: isWrapped ? averageHeight : undefined,
    onMove: (atEnd) => {
      if (follow !== atEnd) onFollow(atEnd)
    },
  })
  const { isReady } = virtual
  const spans = hidden.shownIn(firstRow + virtual.window.first, firstRow + virtual.window.end)
  const first = spans[0]?.first ?? range.first
  const end = spans.at(-1)?.end ?? first
  const steady = useRef({ virtual, range, groups, spans })
  steady.current = { virtual, range, groups, spans }

  const awaited = useRef<number | null>(null)
  const revealLine = useCallback(
    (wanted: number) => {
      const { virtual: rows, range: within, groups: folds } = steady.current
      if (within.end <= within.first) return
      const line = Math.min(Math.max(within.first, wanted), within.end - 1)
      const isHidden = folds.hidden.has(line)
      awaited.current = isHidden ? line : null
      if (isHidden) folds.reveal(line)
      else if (!isInView(paneRef.current, line))
        rows.reveal(folds.hidden.rowOf(line) - folds.hidden.rowOf(within.first))
    },
    [paneRef],
  )

  useLayoutEffect(() => {
    if (follow && count > 0 && isReady) steady.current.virtual.toEnd()
  }, [follow, count, isReady])

  useEffect(() => {
    if (isReady) lines.want(isTail ? [...spans, { first: end, end: range.end }] : spans)
  })

  useEffect(() => {
    if (revealSeq === null || follow || !isReady) return
    const drawn = linesIn(steady.current.spans).find((line) => lines.at(line)?.seq === revealSeq)
    if (drawn !== undefined) return revealLine(drawn)
    let isOver = false
    lines.atOrAfter(revealSeq).then(
      (line) => {
        if (!isOver) revealLine(line)
      },
      // the stream says that the server is away; the reader asks again by selecting again
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [revealSeq, follow, lines, isReady, revealLine])

  useEffect(() => {
    if (goal !== null && isReady) revealLine(goal.line)
  }, [goal, isReady, revealLine])

  // after all others: what they go to may have to wait until its group is open
  useEffect(() => {
    if (awaited.current !== null) revealLine(awaited.current)
  })

  // each time: pages that came, and widths that changed, change the heights of rows
  useLayoutEffect(() => {
    const { anchor, window } = virtual
    const { current: rows } = rowsRef
    if (!rows || !paneRef.current) return
    const line = anchor && hidden.lineAt(firstRow + anchor.row)
    const top =
      anchor && topByAnchor(paneRef.current, rows, { ...anchor, line: line ?? 0, hasFirst: window.first === 0 })
    rows.style.transform = `translateY(${top ?? window.top}px)`
  })

  const { pinned, onCopy } = useLineSelection(paneRef, lines, props.say)
  const onFold = useCallback(
    (line: number) => {
      onFollow(false)
      steady.current.groups.toggle(line)
    },
    [onFollow],
  )
  const rowOf = useCallback((line: number) => hidden.rowOf(line) - firstRow, [hidden, firstRow])
  const goToRow = useCallback(
    (row: number) => {
      onFollow(false)
      steady.current.virtual.reveal(row)
    },
    [onFollow],
  )
  const isHeader = (number: number) => {
    const line = lines.at(number)
    return line !== null && groups.markersOf(line).some(({ kind }) => kind === 'start')
  }
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
    <div className={styles.pane}>
      <div
        ref={paneRef}
        className={styles.scroller}
        data-times={timeFormat}
        role="tabpanel"
        aria-label="Output"
        {...reachable}
        data-pane="output"
        onScroll={virtual.onScroll}
        onCopy={onCopy}
        onPointerOver={({ target, pointerType }) => {
          const row = target instanceof Element && pointerType !== 'touch' ? target.closest('[data-line]') : null
          pointed.set(row === null ? null : (lines.at(Number(row.getAttribute('data-line')))?.at ?? null))
        }}
        onPointerLeave={() => pointed.set(null)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.target !== event.currentTarget || selectedSeq === null) return
          const header = linesIn(spans).find((line) => lines.at(line)?.seq === selectedSeq && isHeader(line))
          if (header !== undefined) onFold(header)
        }}
      >
        <div className={isWrapped ? styles.wrapped : styles.space} style={{ height: virtual.height }}>
          <div ref={rowsRef} className={styles.rows} data-wrap={isWrapped ? '' : undefined}>
            {withPinned(linesIn(spans), pinned).map((number) => {
              const line = lines.at(number)
              if (!line || line.seq > head) return <SkeletonLine key={number} number={number + 1} digits={digits} />
              const markers = groups.markersOf(line)
              const fold = groups.foldAt(number)
              return (
                <OutputLine
                  key={number}
                  number={number + 1}
                  digits={digits}
                  seq={line.seq}
                  time={timeText(timeFormat, { at: line.at, before: lines.at(number - 1)?.at ?? null, origin })}
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
                  marker={markers.findLast(({ kind }) => kind === 'start') ?? markers[0] ?? null}
                  folded={fold === null ? null : fold.lines}
                  onSelect={onSelect}
                  onFold={onFold}
                  onStates={askStates}
                />
              )
            })}
          </div>
        </div>
        {states !== null && <EarlierStates asked={states} theme={theme} onClose={() => setStates(null)} />}
      </div>
      <Gutter
        first={range.first}
        end={shownEnd}
        rows={count}
        rowOf={rowOf}
        hits={props.density.hits}
        errors={props.density.errors}
        onGoTo={goToRow}
      />
    </div>
  )
}

function rowOfLine(pane: HTMLElement | null, line: number): DOMRect | null {
  return pane?.querySelector(`[data-line="${line}"]`)?.getBoundingClientRect() ?? null
}

function isInView(pane: HTMLElement | null, line: number): boolean {
  const row = rowOfLine(pane, line)
  const view = pane?.getBoundingClientRect()
  return row !== null && view !== undefined && row.top >= view.top && row.bottom <= view.bottom
}

type Placed = Anchor & {
  /** of the anchor */ line: number /** whether the first row of all is drawn */
  hasFirst: boolean
}

/** Where in the scrolled content rows begin whose anchor is where it belongs; but the top of the pane is never empty. */
function topByAnchor(pane: HTMLElement, rows: HTMLElement, { line, part, y, hasFirst }: Placed): number | null {
  const row = rowOfLine(pane, line)
  if (!row) return null
  const top = y - (row.top - rows.getBoundingClientRect().top) - part * row.height
  return pane.scrollTop + (hasFirst ? Math.min(0, top) : top)
}

/** The lines of spans, ascending. */
function linesIn(spans: readonly LineSpan[]): number[] {
  return spans.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, n) => first + n))
}

/** The lines to draw, ascending: those in view, and the two that hold the ends of a selection. */
function withPinned(rows: number[], pinned: PinnedLines | null): number[] {
  if (!pinned) return rows
  const away = [pinned.first, pinned.last].filter((line) => !rows.includes(line))
  return [...new Set([...rows, ...away])].sort((a, b) => a - b)
}
