import { memo, type ReactNode, useMemo } from 'react'
import { countOf, formatCount } from '#components/format/count.ts'
import type { Theme } from '#components/timeline/ansi/ink.ts'
import { readLine, type Segment } from '#components/timeline/ansi/readLine.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { Segments } from '#components/timeline/draw/Segments.tsx'
import type { GroupMarker } from '#components/timeline/groups/readMarkers.ts'
import type { SgrStyle } from '#domain/ansi/style.ts'
import type { Range } from '#domain/search/matchLine.ts'
import styles from './OutputLine.module.css'

type OutputLineProps = {
  /** counted from 1 */
  number: number
  /** width of the largest number */
  digits: number
  seq: number
  /** when it came, as the reader wants it told */
  time: string
  text: string
  /** characters of the line, if `text` is only its beginning */
  wholeLength: number | null
  /** in force where the line begins */
  style: SgrStyle
  isError: boolean
  /** of another step than the one looked at */
  isFaint: boolean
  /** it came while the page was held */
  isNew: boolean
  /** kept in the document out of sight, for the selection that begins or ends in it */
  away: 'above' | 'below' | null
  theme: Theme
  /** what a search found in its visible text */
  ranges: readonly Range[]
  mark: 'hit' | 'selected' | null
  /** what it says of groups: it heads one, or ends one */
  marker: GroupMarker | null
  /** lines that the folded group hides whose header it is; null: it heads none that is folded */
  folded: number | null
  onSelect: (seq: number) => void
  /** @param line counted from 0 */
  onFold: (line: number) => void
  /** asks for the line's earlier states. @param line counted from 0 */
  onStates: (line: number, button: HTMLElement) => void
}

/** One line: its number, which selects its event, its time, its text. */
export const OutputLine = memo(function OutputLine(props: OutputLineProps) {
  const {
    number,
    digits,
    seq,
    time,
    text,
    wholeLength,
    style,
    isError,
    isFaint,
    isNew,
    away,
    theme,
    ranges,
    mark,
    marker,
    folded,
    onSelect,
    onFold,
    onStates,
  } = props
  const { segments, overwritten, cut: cutHere } = useMemo(() => readLine(text, style), [text, style])
  const cut = cutHere + (wholeLength === null ? 0 : wholeLength - text.length)
  return (
    <div
      data-line={number - 1}
      className={[
        styles.line,
        mark === null ? null : styles[mark],
        isError ? styles.error : null,
        isFaint ? styles.faint : null,
        isNew ? styles.new : null,
        away === null ? null : styles[away],
      ]
        .filter(Boolean)
        .join(' ')}
    >
      <a
        className={styles.number}
        href={`?sel=${seq}`}
        tabIndex={-1}
        title={`Event #${seq}`}
        aria-label={`Line ${number}, event ${seq}`}
        style={{ width: numberWidth(digits) }}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onSelect(seq)
        }}
      >
        {number}
      </a>
      <span className={styles.time} aria-hidden="true">
        {time}
      </span>
      <span className={styles.text} data-text>
        {marker?.kind === 'start' ? (
          <GroupHeader line={number - 1} folded={folded} onFold={onFold}>
            <Segments {...dropStart(segments, marker.skip)} theme={theme} ranges={ranges} />
            {segments.length === 0 && visibleText(marker.name)}
          </GroupHeader>
        ) : marker?.kind === 'end' ? (
          <span className={styles.groupEnd} title="End of a group" />
        ) : (
          <Segments segments={segments} theme={theme} ranges={ranges} />
        )}
      </span>
      {overwritten > 0 && marker === null && (
        <button
          type="button"
          className={styles.note}
          aria-haspopup="dialog"
          title="This line was written over; its last state is shown"
          onClick={(event) => onStates(number - 1, event.currentTarget)}
        >
          {formatCount(overwritten)} overwritten
        </button>
      )}
      {cut > 0 && <span className={styles.note}>+{formatCount(cut)} characters</span>}
    </div>
  )
})

/** A line that is known to be there and is on its way. */
export const SkeletonLine = memo(function SkeletonLine({ number, digits }: { number: number; digits: number }) {
  return (
    <div className={styles.line}>
      <span className={styles.number} style={{ width: numberWidth(digits) }}>
        {number}
      </span>
      <span className={styles.blank} style={{ width: `${20 + ((number * 37) % 40)}ch` }} />
    </div>
  )
})

type GroupHeaderProps = {
  line: number
  folded: number | null
  onFold: (line: number) => void
  children: ReactNode
}

/** The title of a group; pressed, it folds its lines away. */
function GroupHeader({ line, folded, onFold, children }: GroupHeaderProps) {
  return (
    <button type="button" className={styles.group} aria-expanded={folded === null} onClick={() => onFold(line)}>
      <span className={styles.chevron} aria-hidden="true">
        ▾
      </span>
      <span className={styles.title}>{children}</span>
      {folded !== null && folded > 0 && <span className={styles.folded}>{countOf(folded, 'line')}</span>}
    </button>
  )
}

/** Segments without so many characters at their beginning, and where they begin then. A header is no place for links. */
function dropStart(segments: readonly Segment[], skip: number): { segments: Segment[]; from: number } {
  let left = skip
  const rest = segments.flatMap((segment) => {
    const dropped = Math.min(left, segment.text.length)
    left -= dropped
    const text = segment.text.slice(dropped)
    return text === '' ? [] : [{ ...segment, at: segment.at + dropped, text, href: null }]
  })
  return { segments: rest, from: skip }
}

function numberWidth(digits: number): string {
  return `${Math.max(3, digits) + 3}ch`
}
