import { inkOf, type Theme } from '#components/timeline/ansi/ink.ts'
import type { Segment } from '#components/timeline/ansi/readLine.ts'
import { nameOf, standIn } from '#components/timeline/ansi/visibleControls.ts'
import { splitHits } from '#components/timeline/layout/splitHits.ts'
import { decoration, type SgrStyle } from '#domain/ansi/style.ts'
import type { Range } from '#domain/search/matchLine.ts'
import styles from './Segments.module.css'

type SegmentsProps = {
  segments: readonly Segment[]
  theme: Theme
  /** what a search found, in characters of the visible text */
  ranges: readonly Range[]
  /** characters of the visible text before the first segment */
  from?: number
}

/** Text of events only ever becomes text nodes; colours go through the style object, never through markup. */
export function Segments({ segments, theme, ranges, from = 0 }: SegmentsProps) {
  return withPlaces(segments, from).map(({ segment, place }) => (
    <Run key={segment.at} segment={segment} place={place} theme={theme} ranges={ranges} />
  ))
}

/** Segments with their places in the visible text. */
function withPlaces(segments: readonly Segment[], from: number): { segment: Segment; place: number }[] {
  let end = from
  return segments.map((segment) => {
    const place = end
    // a lonely ESC is shown, but none of the text that is searched
    if (segment.text !== '\x1b') end += segment.text.length
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
