import type { ComponentProps, RefObject } from 'react'
import type { AiView } from '#components/timeline/ai/AiView.tsx'
import { loadAiView, loadGatesView, useLaterView } from '#components/timeline/draw/laterViews.ts'
import { TimelinePane } from '#components/timeline/draw/TimelinePane.tsx'
import type { Screen } from '#components/timeline/draw/useScreen.ts'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import type { GatesView } from '#components/timeline/gates/GatesView.tsx'
import { isFinal } from '#domain/job/shape.ts'
import styles from './MainPane.module.css'

/** The largest pane: tree and bars, or the view that takes their place. */
export function MainPane({ screen, keysRef }: { screen: Screen; keysRef: RefObject<ViewKeys | null> }) {
  const { view, shown, shownNow, origin, tree, time, selectedSeq, select, reads } = screen
  const shared = {
    job: shown,
    version: shown.structureVersion,
    selectedSeq,
    keysRef,
    onSelect: select,
  }
  if (view === 'ai') return <LaterAiView {...shared} loadEvent={reads.loadEvent} origin={origin} />
  if (view === 'gates') return <LaterGatesView {...shared} now={shownNow} reads={reads} />
  return (
    <TimelinePane
      rows={tree.rows}
      currentKey={tree.currentKey}
      range={time.range}
      warp={time.warp}
      pointed={screen.pointed}
      origin={origin}
      now={shownNow}
      isOver={isFinal(shown.state)}
      onSelect={select}
      onToggle={tree.toggle}
      onZoom={time.zoomAt}
    />
  )
}

function LaterAiView(props: ComponentProps<typeof AiView>) {
  const { view: View, isFailing } = useLaterView(loadAiView)
  return View ? <View {...props} /> : <Loading isFailing={isFailing} />
}

function LaterGatesView(props: ComponentProps<typeof GatesView>) {
  const { view: View, isFailing } = useLaterView(loadGatesView)
  return View ? <View {...props} /> : <Loading isFailing={isFailing} />
}

function Loading({ isFailing }: { isFailing: boolean }) {
  return (
    <p className={styles.loading} role="status">
      {isFailing && 'This view cannot be loaded at the moment; trying again…'}
    </p>
  )
}
