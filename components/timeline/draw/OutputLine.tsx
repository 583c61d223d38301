import { memo, useMemo } from 'react'
import { formatCount } from '#components/format/count.ts'
import { formatOffset } from '#components/format/time.ts'
import { inkOf, type Theme } from '#components/timeline/ansi/ink.ts'
import { readLine, type Segment } from '#components/timeline/ansi/readLine.ts'
import { nameOf, standIn } from '#components/timeline/ansi/visibleControls.ts'
import { splitHits } from '#components/timeline/layout/splitHits.ts'
import { decoration, type SgrStyle } from '#domain/ansi/style.ts'
import type { Range } from '#domain/search/matchLine.ts'
import styles from './OutputLine.module.css'

type OutputLineProps = {
  /** counted from 1 */
  number: number
  /** width of the largest number */
  digits: number
  seq: number
  /** milliseconds since the job was created */
  at: number
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
  onSelect: (seq: number) => void
}

/** Text of events only ever becomes text nodes; colours go through the style object, never through markup. */
export const OutputLine = memo(function OutputLine(props: OutputLineProps) {
  const {
    number,
    digits,
    seq,
    at,
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
    onSelect,
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
        {formatOffset(at)}
      </span>
      <span className={styles.text} data-text>
        {withPlaces(segments).map(({ segment, place }) => (
          <Run key={segment.at} segment={segment} place={place} theme={theme} ranges={ranges} />
        ))}
      </span>
      {overwritten > 0 && (
        <span
          className={styles.note}
          title="Carriage returns took this line back to its start; its last state is shown"
        >
          {formatCount(overwritten)} overwritten
        </span>
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

function numberWidth(digits: number): string {
  return `${Math.max(3, digits) + 3}ch`
}

/** Segments with their places in the visible text. */
function withPlaces(segments: readonly Segment[]): { segment: Segment; place: number }[] {
  let end = 0
  return segments.map((segment) => {
    const place = end
    end += segment.text.length
    return { segment, place }
  })
}

type RunProps = { segment: Segment; place: number; theme: Theme; ranges: readonly Range[] }

function Run({ segment, place, theme, ranges }: RunProps) {
  const { text, style, href, control } = segment
  if (control) {
    return (
      <span className={styles.control} title={nameOf(text)}>
        {standIn(text)}
      </span>
    )
  }
  const { color, background } = inkOf(style, theme)
  const look = lookOf(style)
  const content = splitHits(text, place, ranges).map(({ text: part, isHit, from }) =>
    isHit ? <mark key={from}>{part}</mark> : part,
  )
  const css =
    color === null && background === null
      ? undefined
      : { color: color ?? undefined, background: background ?? undefined }
  if (href !== null) {
    return (
      <a
        className={`${styles.link} ${look}`}
        style={css}
        href={href}
        title={href}
        target="_blank"
        rel="noreferrer noopener"
      >
        {content}
      </a>
    )
  }
  if (css === undefined && look === '') return content
  return (
    <span className={look} style={css}>
      {content}
    </span>
  )
}

const looks = [
  [decoration.bold, styles.bold],
  [decoration.italic, styles.italic],
  [decoration.underline, styles.underline],
  [decoration.strike, styles.strike],
  [decoration.overline, styles.overline],
  [decoration.hidden, styles.hidden],
] as const

function lookOf({ decorations }: SgrStyle): string {
  if (decorations === 0) return ''
  return looks.flatMap(([bit, name]) => (decorations & bit && name ? [name] : [])).join(' ')
}
