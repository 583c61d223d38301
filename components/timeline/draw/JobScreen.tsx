'use client'

import { useState } from 'react'
import { KeySheet } from '#components/keys/KeySheet.tsx'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { Age } from '#components/timeline/draw/Age.tsx'
import { BottomPane } from '#components/timeline/draw/BottomPane.tsx'
import { IdleToggle } from '#components/timeline/draw/IdleToggle.tsx'
import { JobBar } from '#components/timeline/draw/JobBar.tsx'
import { JobHeader } from '#components/timeline/draw/JobHeader.tsx'
import { JobPalette } from '#components/timeline/draw/JobPalette.tsx'
import { LastHeard } from '#components/timeline/draw/LastHeard.tsx'
import { useLaterViews } from '#components/timeline/draw/laterViews.ts'
import { MainPane } from '#components/timeline/draw/MainPane.tsx'
import { Overview } from '#components/timeline/draw/Overview.tsx'
import { PastNotice } from '#components/timeline/draw/PastNotice.tsx'
import { Scrubber } from '#components/timeline/draw/Scrubber.tsx'
import { SidePane } from '#components/timeline/draw/SidePane.tsx'
import { Splitter } from '#components/timeline/draw/Splitter.tsx'
import { useCatchUp } from '#components/timeline/draw/useCatchUp.ts'
import { useJobCommands } from '#components/timeline/draw/useJobCommands.ts'
import { useJobTitle } from '#components/timeline/draw/useJobTitle.ts'
import { usePoliteText } from '#components/timeline/draw/usePoliteText.ts'
import { type Screen, useScreen } from '#components/timeline/draw/useScreen.ts'
import { useToast } from '#components/timeline/draw/useToast.ts'
import { ViewSwitch } from '#components/timeline/draw/ViewSwitch.tsx'
import { WaitingScreen } from '#components/timeline/draw/WaitingScreen.tsx'
import { verdictOf } from '#components/timeline/layout/verdict.ts'
import styles from './JobScreen.module.css'

type JobScreenProps = { timeline: JobTimeline; onRetry: () => void }
type Commands = ReturnType<typeof useJobCommands>

/** The job page: header, overview, tree and bars, inspector, output; one selection and one range of time for all of them. */
export function JobScreen({ timeline, onRetry }: JobScreenProps) {
  const screen = useScreen(timeline)
  const toast = useToast()
  const commands = useJobCommands(screen, toast.say)
  useCatchUp(timeline, toast.say)
  const { job, isOver, isLive, past, view, show, selectedSeq, select } = screen
  const { connection, state, structure } = timeline
  const isLost = connection.state === 'waiting' || connection.state === 'silent'
  useJobTitle(timeline, isLost && !isOver)
  const spoken = usePoliteText(
    isLost
      ? `Connection lost. ${'reason' in connection ? connection.reason : ''}`
      : (verdictOf(timeline, screen.now).text.split(' for ')[0] ?? ''),
  )
  const isEmpty = !isOver && job.steps.size + job.gates.size + structure.leaves.length === 0
  const has = { ai: structure.leaves.length > 0, gates: job.gates.size > 0 }
  useLaterViews(has)
  const times = (
    <>
      <Age at={job.createdAt ?? ''} timeline={timeline} today={isOver ? null : screen.ticked} />
      {state === 'running' && past.at === null && (
        <LastHeard at={timeline.lastHeardAt} now={isLive ? screen.ticked : null} />
      )}
      <IdleToggle idle={screen.idle} />
    </>
  )
  return (
    <div className={styles.page} data-view={view} data-selected={selectedSeq !== null}>
      <JobBar
        timeline={timeline}
        view={view}
        has={has}
        onShow={show}
        onHold={commands.hold}
        onKeys={() => commands.setShowsKeys(true)}
        onRetry={onRetry}
      />
      <main className={styles.main}>
        <JobHeader
          timeline={screen.shown}
          now={screen.shownNow}
          times={times}
          tree={screen.tree.tree}
          isShort={view !== 'split' && view !== 'timeline'}
          reads={screen.reads}
          onSelect={select}
        />
        {isEmpty ? (
          <WaitingScreen jobId={timeline.jobId} hasStarted={state !== 'pending'} isListening={isLive} />
        ) : (
          <>
            <TimeBar screen={screen} />
            <Panes screen={screen} commands={commands} say={toast.say} />
            <ViewSwitch view={view} has={has} place="bottom" onShow={show} />
          </>
        )}
      </main>
      <p className="visuallyHidden" role="status">
        {spoken}
      </p>
      <p className={styles.toast} role="status" data-shown={toast.text !== null}>
        {toast.text}
      </p>
      {commands.palette !== null && (
        <JobPalette
          bindings={commands.bindings}
          steps={screen.shown.view.steps}
          typed={commands.palette}
          onSelect={select}
          onGoTo={(words) => void commands.goToPlace(words)}
          onClose={() => commands.setPalette(null)}
        />
      )}
      {commands.showsKeys && <KeySheet bindings={commands.bindings} onClose={() => commands.setShowsKeys(false)} />}
    </div>
  )
}

/** All of the job's time, the part of it that is shown, and the moment that is looked at. */
function TimeBar({ screen }: { screen: Screen }) {
  const { timeline, job, view, past, time, origin, isOver, now } = screen
  return (
    <>
      <Scrubber
        events={timeline.events}
        version={timeline.structureVersion}
        head={job.head}
        at={past.at}
        time={past.time}
        now={isOver ? null : now}
        limits={time.limits}
        warp={time.warp}
        origin={origin}
        onMove={past.goBackTo}
      >
        <Overview
          timeline={timeline}
          version={screen.version}
          limits={time.limits}
          warp={time.warp}
          pointed={screen.pointed}
          hasAxis={view === 'split' || view === 'timeline'}
          origin={origin}
          range={time.picked}
          now={isOver ? null : now}
          until={past.time}
          onRange={time.setRange}
        />
      </Scrubber>
      {past.at !== null && (
        <PastNotice
          at={past.at}
          head={job.head}
          time={screen.shownNow}
          origin={origin}
          onNow={() => past.goBackTo(null)}
        />
      )}
    </>
  )
}

type PanesProps = { screen: Screen; commands: Commands; say: (text: string) => void }

function Panes({ screen, commands, say }: PanesProps) {
  const { timeline, job, past, view, tree, scopeKey } = screen
  const [bottom, setBottom] = useState(44)
  return (
    <div className={styles.panes}>
      <div className={styles.upper}>
        <div className={styles.timeline}>
          <MainPane screen={screen} keysRef={commands.viewKeys} />
        </div>
        <div className={styles.inspector}>
          <SidePane screen={screen} />
        </div>
      </div>
      <Splitter value={bottom} onChange={setBottom} />
      <div className={styles.lower} style={view === 'split' ? { flexBasis: `${bottom}%` } : undefined}>
        <BottomPane
          timeline={timeline}
          head={past.at ?? job.head}
          lines={past.at === null ? timeline.lines.total : past.lines}
          search={screen.search}
          searchRef={commands.searchRef}
          goal={screen.goal}
          tab={screen.tab}
          onTab={screen.setTab}
          scope={scopeKey === null ? null : { key: scopeKey, name: job.steps.get(scopeKey)?.name ?? scopeKey }}
          candidate={tree.stepOf(screen.selected)}
          onScope={screen.setScopeKey}
          selectedSeq={screen.selectedSeq}
          revealSeq={screen.revealSeq}
          origin={screen.origin}
          timeFormat={screen.timeFormat}
          pointed={screen.pointed}
          onTimeFormat={commands.changeTimeFormat}
          isWrapped={screen.isWrapped}
          onWrap={screen.toggleWrap}
          follow={screen.follow && (!screen.isOver || past.at !== null)}
          canFollow={!screen.isOver && past.at === null}
          onFollow={screen.setFollow}
          onSelect={screen.select}
          say={say}
        />
      </div>
    </div>
  )
}
