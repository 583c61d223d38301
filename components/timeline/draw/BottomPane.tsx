import { type ReactNode, type RefObject, useRef } from 'react'
import { formatCount } from '#components/format/count.ts'
import { IconButton } from '#components/shell/IconButton.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { EventList } from '#components/timeline/draw/EventList.tsx'
import { OutputPane } from '#components/timeline/draw/OutputPane.tsx'
import type { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import { SearchBox } from '#components/timeline/draw/SearchBox.tsx'
import { useErrorDensity } from '#components/timeline/draw/useErrorDensity.ts'
import { useGroups } from '#components/timeline/draw/useGroups.ts'
import { useLineRange } from '#components/timeline/draw/useLineRange.ts'
import type { SearchState } from '#components/timeline/draw/useOutputSearch.ts'
import { type TimeFormat, timeFormatWords } from '#components/timeline/layout/timeText.ts'
import styles from './BottomPane.module.css'

export type BottomTab = 'output' | 'events'

type BottomPaneProps = {
  timeline: JobTimeline
  /** what is shown ends here: the newest event and the number of lines, now or at the moment that is looked at */
  head: number
  lines: number | null
  search: SearchState
  searchRef: RefObject<HTMLInputElement | null>
  tab: BottomTab
  onTab: (tab: BottomTab) => void
  /** the step to whose time the output is narrowed */
  scope: { key: string; name: string } | null
  /** the step the selected event belongs to */
  candidate: { key: string; name: string } | null
  onScope: (key: string | null) => void
  selectedSeq: number | null
  /** the line to go to */
  goal: { line: number } | null
  /** what the output is scrolled to */
  revealSeq: number | null
  origin: number
  timeFormat: TimeFormat
  pointed: PointedTime
  onTimeFormat: () => void
  /** long lines of output take several rows of text */
  isWrapped: boolean
  onWrap: () => void
  /** whether the end stays in view */
  follow: boolean
  /** whether more may come */
  canFollow: boolean
  onFollow: (follow: boolean) => void
  onSelect: (seq: number) => void
  say: (text: string) => void
}

/** Output and events, with search, scope and follow. */
export function BottomPane(props: BottomPaneProps) {
  const { timeline, head, search, tab, scope, candidate, onScope, follow, canFollow, onFollow } = props
  const paneRef = useRef<HTMLDivElement>(null)
  const range = useLineRange(timeline, scope?.key ?? null, props.lines)
  const errors = useErrorDensity(timeline)
  const groups = useGroups(timeline, props.say)
  const count = range === null ? 0 : range.end - range.first
  const { selectedSeq, origin, timeFormat, onSelect } = props
  const shared = { timeline, head, paneRef, selectedSeq, origin, timeFormat, follow, onSelect, onFollow }
  const newLines = useNewLines(timeline.lines.total, follow)
  const offered = scope ?? candidate
  return (
    <section className={styles.pane} aria-label="Output and events">
      <div className={styles.bar}>
        <div role="tablist" aria-label="What to show" className={styles.tabs}>
          <Tab isOn={tab === 'output'} onPick={() => props.onTab('output')} count={count}>
            Output
          </Tab>
          <Tab isOn={tab === 'events'} onPick={() => props.onTab('events')} count={head}>
            Events
          </Tab>
        </div>
        {tab === 'output' && offered && (
          <button
            type="button"
            className={styles.scope}
            aria-pressed={scope !== null}
            title={
              scope
                ? 'Show the output of the whole job'
                : 'Show only the output of the time of this step; what others wrote meanwhile is faint'
            }
            onClick={() => onScope(scope ? null : offered.key)}
          >
            {scope ? 'during ' : 'only during '}
            <span>{visibleText(offered.name)}</span>
            {scope && ' ✕'}
          </button>
        )}
        <span className={styles.spring} />
        <span className={styles.times}>
          <IconButton label={`Times: ${timeFormatWords[timeFormat]}. Change`} shortcut="T" onClick={props.onTimeFormat}>
            {timeGlyphs[timeFormat]}
          </IconButton>
        </span>
        {tab === 'output' && (
          <IconButton label="Wrap long lines" shortcut="Alt+W" pressed={props.isWrapped} onClick={props.onWrap}>
            <WrapIcon />
          </IconButton>
        )}
        {tab === 'output' && <SearchBox search={search} steps={timeline.view.steps} inputRef={props.searchRef} />}
        {canFollow && (
          <button
            type="button"
            className={styles.follow}
            aria-pressed={follow}
            title="Stay at the end (L)"
            onClick={() => onFollow(!follow)}
          >
            {newLines > 0 ? `↓ ${formatCount(newLines)} new · ` : '↓ '}Follow
          </button>
        )}
      </div>
      {tab === 'output' ? (
        range === null ? (
          <p className={styles.empty}>Loading…</p>
        ) : count === 0 ? (
          <p className={styles.empty}>{scope ? 'This step has written nothing.' : 'No output yet.'}</p>
        ) : (
          <OutputPane
            {...shared}
            revealSeq={props.revealSeq}
            range={range}
            groups={groups}
            stepKey={scope?.key ?? null}
            highlights={search.highlights}
            density={{ hits: search.density, errors }}
            isWrapped={props.isWrapped}
            goal={props.goal}
            pointed={props.pointed}
            say={props.say}
          />
        )
      ) : (
        <EventList {...shared} />
      )}
    </section>
  )
}

const timeGlyphs: Record<TimeFormat, string> = { offset: '+0:00', clock: '12:00', delta: 'Δ' }

/** Lines that came since the reader left the end. */
function useNewLines(total: number, follow: boolean): number {
  const leftAt = useRef(total)
  if (follow) leftAt.current = total
  return total - leftAt.current
}

function Tab({
  isOn,
  onPick,
  count,
  children,
}: {
  isOn: boolean
  onPick: () => void
  count: number
  children: ReactNode
}) {
  return (
    <button type="button" role="tab" aria-selected={isOn} className={styles.tab} onClick={onPick}>
      {children}
      <span className={styles.count}>{formatCount(count)}</span>
    </button>
  )
}

function WrapIcon() {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <path
        d="M1.500 3h11M1.500 7h8.500a2 2 0 0 1 0 4H7m1.800-1.800L7 11l1.800 1.800M1.500 11h2.500"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.300"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
