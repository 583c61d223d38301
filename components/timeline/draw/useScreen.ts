import { useCallback, useMemo, useState } from 'react'
import { useNow } from '#components/clock/useNow.ts'
import { eventReads } from '#components/timeline/data/eventReads.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import type { BottomTab } from '#components/timeline/draw/BottomPane.tsx'
import { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import { useEvent } from '#components/timeline/draw/useEvent.ts'
import { type Goal, useGoal } from '#components/timeline/draw/useGoal.ts'
import { useIdle } from '#components/timeline/draw/useIdle.ts'
import { useVersion } from '#components/timeline/draw/useJobTimeline.ts'
import { useJobTree } from '#components/timeline/draw/useJobTree.ts'
import { useOutputSearch } from '#components/timeline/draw/useOutputSearch.ts'
import { usePast } from '#components/timeline/draw/usePast.ts'
import { useTimeFormat } from '#components/timeline/draw/useTimeFormat.ts'
import { useTimeRange } from '#components/timeline/draw/useTimeRange.ts'
import { useWrap } from '#components/timeline/draw/useWrap.ts'
import { address } from '#components/timeline/layout/address.ts'
import { verdictOf } from '#components/timeline/layout/verdict.ts'
import { isFinal } from '#domain/job/shape.ts'

/** What the job page shows of its job, and what its panes share: one selection, one range of time, one moment. */
export type Screen = ReturnType<typeof useScreen>

export function useScreen(timeline: JobTimeline) {
  const version = useVersion(timeline)
  const { state, connection, heldAt, view: job } = timeline
  const isOver = isFinal(state)
  const isLive = connection.state === 'live'
  const origin = Date.parse(job.createdAt ?? '')
  const endedAt = job.endedAt === null ? null : Date.parse(job.endedAt)
  const clock = useNow(isLive && heldAt === null && !isOver)
  // A broken line leaves the page at the moment it last heard something, not at the one it noticed.
  const ticked = timeline.serverTime('heardAt' in connection ? Math.min(clock, connection.heardAt) : clock)
  const now = endedAt ?? ticked

  const [selectedSeq, putInAddress] = useAddressed(address.selected)
  const [view, show] = useAddressed(address.view)
  const past = usePast(timeline)
  const { goal, setGoal } = useGoal()
  const [follow, setFollowing] = useFollow(past.at, selectedSeq, goal)
  const [tab, setTab] = useState<BottomTab>('output')
  const [scopeKey, setScopeKey] = useAddressed(address.step)
  // a job that failed before it was looked at opens where it failed
  const [firstSeen] = useState(() => (state === 'failed' ? verdictOf(timeline, now).causeSeq : null))
  const selected = useEvent(timeline, selectedSeq)
  const tree = useJobTree(past.shown, selected)
  const idle = useIdle(timeline, { from: origin, to: now })
  const time = useTimeRange({ startedAt: origin, endedAt, now, warp: idle.drawn })
  const [pointed] = useState(() => new PointedTime())
  const [timeFormat, setTimeFormat] = useTimeFormat()
  const setFollow = useCallback(
    (next: boolean) => {
      setFollowing(next)
      // who stays at the end has left the line
      if (next && !isOver) setGoal(null)
    },
    [setFollowing, isOver, setGoal],
  )
  // an address that names a line opens there, whatever else is selected in it
  const [opened] = useState({ hasLine: goal !== null, selectedSeq })
  const goToLine = useCallback(
    (target: Goal) => {
      setFollow(false)
      setGoal(target)
    },
    [setFollow, setGoal],
  )
  const search = useOutputSearch(timeline, past.at, goToLine)
  const { isWrapped, toggleWrap } = useWrap()
  const select = useCallback(
    (seq: number | null) => {
      putInAddress(seq)
      if (seq === null) return
      setFollow(false)
      setGoal(null)
      show((before) => (before === 'event' ? 'split' : before))
    },
    [putInAddress, setFollow, setGoal, show],
  )
  const reads = useMemo(() => eventReads(timeline), [timeline])
  return {
    timeline,
    version,
    job,
    isOver,
    isLive,
    origin,
    /** the server's time as of what was heard; milliseconds since the epoch, as are all of these */
    ticked,
    /** where the job's time ends for now */
    now,
    shownNow: past.time ?? now,
    past,
    /** the job as it is, or as it was at the moment that is looked at */
    shown: past.shown,
    selectedSeq,
    selected,
    select,
    view,
    show,
    /** whether the end of what is shown stays in view */
    follow,
    setFollow,
    tab,
    setTab,
    /** key of the step run to which the output is narrowed */
    scopeKey,
    setScopeKey,
    /** what the output is scrolled to */
    revealSeq:
      goal !== null && opened.hasLine && selectedSeq === opened.selectedSeq
        ? null
        : (selectedSeq ?? past.at ?? firstSeen),
    goal,
    goToLine,
    isWrapped,
    toggleWrap,
    tree,
    time,
    idle,
    pointed,
    timeFormat,
    setTimeFormat,
    search,
    reads,
  }
}

/**
 * Whether the end stays in view: of what comes, or, in the past, of what had come by then. Each moment of the past begins
 * at its end, and coming back to now finds it as it was left.
 */
function useFollow(
  at: number | null,
  selectedSeq: number | null,
  goal: Goal | null,
): [boolean, (follow: boolean) => void] {
  const [follows, setFollows] = useState(selectedSeq === null && goal === null)
  const [leftAt, setLeftAt] = useState(goal === null ? null : at)
  const set = useCallback(
    (follow: boolean) => {
      if (at === null) setFollows(follow)
      else setLeftAt(follow ? null : at)
    },
    [at],
  )
  return [at === null ? follows : selectedSeq === null && leftAt !== at, set]
}
