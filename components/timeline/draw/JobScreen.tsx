'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useNow } from '#components/clock/useNow.ts'
import { copyText } from '#components/copy/copyText.ts'
import { KeySheet } from '#components/keys/KeySheet.tsx'
import { useKeys } from '#components/keys/useKeys.ts'
import { IconButton } from '#components/shell/IconButton.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import { AiView } from '#components/timeline/ai/AiView.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { goTo } from '#components/timeline/data/goTo.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { Age } from '#components/timeline/draw/Age.tsx'
import { BottomPane, type BottomTab } from '#components/timeline/draw/BottomPane.tsx'
import { Inspector, LoadingEvent } from '#components/timeline/draw/Inspector.tsx'
import { JobHeader } from '#components/timeline/draw/JobHeader.tsx'
import { JobPalette } from '#components/timeline/draw/JobPalette.tsx'
import { jobBindings } from '#components/timeline/draw/jobBindings.ts'
import { LastHeard } from '#components/timeline/draw/LastHeard.tsx'
import { HeldChip, LiveChip } from '#components/timeline/draw/LiveChip.tsx'
import { Overview } from '#components/timeline/draw/Overview.tsx'
import { PastNotice } from '#components/timeline/draw/PastNotice.tsx'
import { Scrubber } from '#components/timeline/draw/Scrubber.tsx'
import { Splitter } from '#components/timeline/draw/Splitter.tsx'
import { Summary } from '#components/timeline/draw/Summary.tsx'
import { sharedText } from '#components/timeline/draw/sharedText.ts'
import { TimelinePane } from '#components/timeline/draw/TimelinePane.tsx'
import { useCatchUp } from '#components/timeline/draw/useCatchUp.ts'
import { useEvent } from '#components/timeline/draw/useEvent.ts'
import { useVersion } from '#components/timeline/draw/useJobTimeline.ts'
import { useJobTree } from '#components/timeline/draw/useJobTree.ts'
import { useOutputSearch } from '#components/timeline/draw/useOutputSearch.ts'
import { usePast } from '#components/timeline/draw/usePast.ts'
import { usePoliteText } from '#components/timeline/draw/usePoliteText.ts'
import { useSelection } from '#components/timeline/draw/useSelection.ts'
import { useTimeRange } from '#components/timeline/draw/useTimeRange.ts'
import { useToast } from '#components/timeline/draw/useToast.ts'
import { useView } from '#components/timeline/draw/useView.ts'
import { ViewSwitch } from '#components/timeline/draw/ViewSwitch.tsx'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import { WaitingScreen } from '#components/timeline/draw/WaitingScreen.tsx'
import { GatesView } from '#components/timeline/gates/GatesView.tsx'
import { type JumpTarget, jumpFrom, jumpSeqs } from '#components/timeline/layout/jumps.ts'
import { nextMoment } from '#components/timeline/layout/moments.ts'
import { verdictOf } from '#components/timeline/layout/verdict.ts'
import { isFinal } from '#domain/job/shape.ts'
import styles from './JobScreen.module.css'

type JobScreenProps = { timeline: JobTimeline; onRetry: () => void }

/** The job page: header, overview, tree and bars, inspector, output; one selection and one range of time for all of them. */
export function JobScreen({ timeline, onRetry }: JobScreenProps) {
  const version = useVersion(timeline)
  const { state, connection, heldAt, view: job } = timeline
  const final = isFinal(state)
  const origin = Date.parse(job.createdAt ?? '')
  const endedAt = job.endedAt === null ? null : Date.parse(job.endedAt)
  const isLive = connection.state === 'live'
  const clock = useNow(isLive && heldAt === null && !final)
  // A broken line leaves the page at the moment it last heard something, not at the one it noticed.
  const ticked = timeline.serverTime('heardAt' in connection ? Math.min(clock, connection.heardAt) : clock)
  const now = endedAt ?? ticked

  const { selectedSeq, select: putInAddress } = useSelection()
  const [follow, setFollow] = useState(selectedSeq === null)
  const { view, show: setView } = useView()
  const past = usePast(timeline)
  const { shown } = past
  const shownNow = past.time ?? now
  const router = useRouter()
  const [tab, setTab] = useState<BottomTab>('output')
  const [scopeKey, setScopeKey] = useState<string | null>(null)
  const [bottom, setBottom] = useState(44)
  const [showsKeys, setShowsKeys] = useState(false)
  const [palette, setPalette] = useState<string | null>(null)
  const toast = useToast()
  // a job that failed before it was looked at opens where it failed
  const [firstSeen] = useState(() => (state === 'failed' ? verdictOf(timeline, now).causeSeq : null))
  useCatchUp(timeline, toast.say)

  const selected = useEvent(timeline, selectedSeq)
  const { tree, rows, currentKey, toggle, stepOf } = useJobTree(shown, selected)
  const time = useTimeRange({ startedAt: origin, endedAt, now })
  const [goal, setGoal] = useState<{ line: number } | null>(null)
  const goToLine = useCallback((target: { line: number }) => {
    setFollow(false)
    setGoal(target)
  }, [])
  const search = useOutputSearch(timeline, goToLine)
  const timelineRef = useRef<HTMLDivElement>(null)
  const bottomRef = useRef<HTMLDivElement>(null)
  const searchRef = useRef<HTMLInputElement>(null)
  const viewKeys = useRef<ViewKeys>(null)
  const loadEvent = useCallback((seq: number) => timeline.loadEvent(seq), [timeline])

  const select = useCallback(
    (seq: number | null) => {
      putInAddress(seq)
      if (seq === null) return
      setFollow(false)
      setView((before) => (before === 'event' ? 'split' : before))
    },
    [putInAddress, setView],
  )
  const findSeq = useCallback(
    (ref: string | number) => {
      if (typeof ref === 'number') return ref >= 1 && ref <= timeline.view.head ? ref : null
      return timeline.events.find((event) => event.id === ref)?.seq ?? null
    },
    [timeline],
  )

  const move = (by: number) => {
    const pane = document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane')
    if (pane === 'output' || pane === 'events') return select(Math.max(1, Math.min(job.head, (selectedSeq ?? 0) + by)))
    const at = rows.findIndex((row) => row.node.key === currentKey)
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))]
    if (next) select(next.node.seq)
  }
  const fold = (open: boolean) => {
    const row = rows.find((candidate) => candidate.node.key === currentKey)
    if (!row) return
    if (row.expanded === !open) return toggle(row.node.key)
    const parent = rows.find((candidate) => candidate.node.key === row.parentKey)
    if (!open && parent) select(parent.node.seq)
    if (open && row.expanded) move(1)
  }
  const jump = (target: JumpTarget, direction: 1 | -1) => {
    const seq = jumpFrom(jumpSeqs(shown, tree, target), selectedSeq, direction)
    if (seq === null) toast.say(`This job has no ${target === 'ai' ? 'AI event' : target}`)
    else select(seq)
  }
  const share = async (what: 'link' | 'json' | 'curl' | 'cli') => {
    const copied = sharedText(what, {
      jobId: timeline.jobId,
      view,
      event: selectedSeq === null ? null : await timeline.loadEvent(selectedSeq).catch(() => null),
    })
    toast.say((await copyText(copied.text)) ? `Copied the ${copied.name}` : 'The browser refused to copy')
  }
  const hold = () => (heldAt === null ? timeline.hold() : timeline.release())
  const back = () => {
    if (past.at !== null) past.goBackTo(null)
    else if (view !== 'split') setView('split')
    else if (time.picked) time.setRange(null)
    else if (selectedSeq !== null) select(null)
  }

  const bindings = jobBindings({
    move: (by) => (viewKeys.current ?? { move }).move(by),
    fold: (open) => (viewKeys.current ?? { fold }).fold(open),
    step: (by) => select(Math.max(1, Math.min(job.head, (selectedSeq ?? (by > 0 ? 0 : 2)) + by))),
    jump,
    nextHit: search.go,
    time,
    travel: (by) => past.goBackTo(nextMoment(timeline, past.at, by)),
    toggleFollow: () => setFollow(!follow),
    hold,
    share: (what) => void share(what),
    show: setView,
    showBottom,
    focusSearch,
    showKeys: () => setShowsKeys(true),
    showPalette: setPalette,
    goToJobs: () => router.push('/'),
    back,
  })
  useKeys(bindings)

  function showBottom(next: BottomTab): void {
    setTab(next)
    setView('output')
  }
  function showOutput(): void {
    setTab('output')
    if (view !== 'output') setView('split')
  }
  function showLine(line: number): void {
    showOutput()
    setScopeKey(null)
    goToLine({ line })
  }
  function focusSearch(): void {
    showOutput()
    // at once, or the next letter goes elsewhere; once more if the box is only now being drawn
    searchRef.current?.focus()
    setTimeout(() => searchRef.current?.focus())
  }

  const verdict = verdictOf(timeline, now)
  const isLost = connection.state === 'waiting' || connection.state === 'silent'
  const created = timeline.eventAt(1)
  const title = created?.type === 'job.created' ? visibleText(created.payload.title ?? created.payload.action) : 'Job'
  useEffect(() => {
    document.title = `${isLost && !final ? '⏸' : titleMarks[state]} ${title} · Waybill`
  }, [state, title, isLost, final])
  const spoken = usePoliteText(
    isLost
      ? `Connection lost. ${'reason' in connection ? connection.reason : ''}`
      : (verdict.text.split(' for ')[0] ?? ''),
  )
  const isEmpty = useMemo(
    () => !final && job.steps.size + job.gates.size + timeline.structure.leaves.length === 0,
    [final, job.steps.size, job.gates.size, timeline.structure.leaves.length],
  )
  const has = { ai: timeline.structure.leaves.length > 0, gates: job.gates.size > 0 }
  const candidate = stepOf(selected)
  const scope = scopeKey === null ? null : { key: scopeKey, name: job.steps.get(scopeKey)?.name ?? scopeKey }

  const times = (
    <>
      <Age at={job.createdAt ?? ''} timeline={timeline} today={final ? null : ticked} />
      {state === 'running' && past.at === null && <LastHeard at={timeline.lastHeardAt} now={isLive ? ticked : null} />}
    </>
  )

  return (
    <div className={styles.page} data-view={view} data-selected={selectedSeq !== null}>
      <TopBar>
        <Link href="/" className={styles.crumb}>
          Jobs
        </Link>
        <ViewSwitch view={view} has={has} place="bar" onShow={setView} />
        <span className={styles.spring} />
        {heldAt !== null && <HeldChip at={heldAt} waiting={timeline.waitingCount} />}
        <LiveChip connection={connection} head={timeline.head} expected={timeline.serverHead} onRetry={onRetry} />
        {!final && (
          <button
            type="button"
            className={styles.hold}
            aria-pressed={heldAt !== null}
            title="Hold the page still (Space)"
            onClick={hold}
          >
            {heldAt === null ? 'Hold' : 'Release'}
          </button>
        )}
        <IconButton label="Keyboard" shortcut="?" onClick={() => setShowsKeys(true)}>
          <kbd>?</kbd>
        </IconButton>
      </TopBar>
      <main className={styles.main}>
        <JobHeader timeline={shown} now={shownNow} times={times} onSelect={select} />
        {isEmpty ? (
          <WaitingScreen jobId={timeline.jobId} isListening={isLive} />
        ) : (
          <>
            <Scrubber
              events={timeline.events}
              version={timeline.structureVersion}
              head={job.head}
              at={past.at}
              limits={time.limits}
              origin={origin}
              onMove={past.goBackTo}
            >
              <Overview
                timeline={timeline}
                version={version}
                limits={time.limits}
                range={time.picked}
                now={final ? null : now}
                onRange={time.setRange}
              />
            </Scrubber>
            {past.at !== null && (
              <PastNotice
                at={past.at}
                head={job.head}
                time={shownNow}
                origin={origin}
                onNow={() => past.goBackTo(null)}
              />
            )}
            <div className={styles.panes}>
              <div className={styles.upper}>
                <div className={styles.timeline}>
                  {view === 'ai' ? (
                    <AiView
                      job={shown}
                      version={shown.structureVersion}
                      selectedSeq={selectedSeq}
                      origin={origin}
                      loadEvent={loadEvent}
                      keysRef={viewKeys}
                      onSelect={select}
                    />
                  ) : view === 'gates' ? (
                    <GatesView
                      job={shown}
                      version={shown.structureVersion}
                      selectedSeq={selectedSeq}
                      now={shownNow}
                      loadEvent={loadEvent}
                      findSeq={findSeq}
                      keysRef={viewKeys}
                      onSelect={select}
                    />
                  ) : (
                    <TimelinePane
                      rows={rows}
                      currentKey={currentKey}
                      range={time.range}
                      origin={origin}
                      now={shownNow}
                      isOver={isFinal(shown.state)}
                      paneRef={timelineRef}
                      onSelect={select}
                      onToggle={toggle}
                      onZoom={time.zoomAt}
                    />
                  )}
                </div>
                <div className={styles.inspector}>
                  {selected ? (
                    <Inspector
                      event={selected}
                      origin={origin}
                      head={job.head}
                      findSeq={findSeq}
                      onSelect={select}
                      onClose={() => {
                        select(null)
                        setView('split')
                      }}
                    />
                  ) : selectedSeq !== null && selectedSeq <= job.head ? (
                    <LoadingEvent seq={selectedSeq} />
                  ) : (
                    <Summary timeline={shown} tree={tree} now={shownNow} onSelect={select} />
                  )}
                </div>
              </div>
              <Splitter value={bottom} onChange={setBottom} />
              <div className={styles.lower} style={view === 'split' ? { flexBasis: `${bottom}%` } : undefined}>
                <BottomPane
                  timeline={timeline}
                  search={search}
                  searchRef={searchRef}
                  goal={goal}
                  paneRef={bottomRef}
                  tab={tab}
                  onTab={setTab}
                  scope={scope}
                  candidate={candidate}
                  onScope={setScopeKey}
                  selectedSeq={selectedSeq}
                  revealSeq={selectedSeq ?? past.at ?? firstSeen}
                  origin={origin}
                  follow={follow}
                  canFollow={!final}
                  onFollow={setFollow}
                  onSelect={select}
                  say={toast.say}
                />
              </div>
            </div>
            <ViewSwitch view={view} has={has} place="bottom" onShow={setView} />
          </>
        )}
      </main>
      <p className="visuallyHidden" role="status">
        {spoken}
      </p>
      <p className={styles.toast} role="status" data-shown={toast.text !== null}>
        {toast.text}
      </p>
      {palette !== null && (
        <JobPalette
          bindings={bindings}
          steps={job.steps}
          typed={palette}
          onSelect={select}
          onGoTo={(words) =>
            void goTo(timeline, words, { toLine: showLine, toSeq: select }).then((reason) => {
              if (reason !== null) toast.say(reason)
            })
          }
          onClose={() => setPalette(null)}
        />
      )}
      {showsKeys && <KeySheet bindings={bindings} onClose={() => setShowsKeys(false)} />}
    </div>
  )
}

const titleMarks = { pending: '◌', running: '◐', success: '✓', failed: '✗', cancelled: '⊘' } as const
