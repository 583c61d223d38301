import { type RefObject, Suspense } from 'react'
import { LaterAiView, LaterGatesView } from '#components/timeline/draw/laterViews.ts'
import { TimelinePane } from '#components/timeline/draw/TimelinePane.tsx'
import type { Screen } from '#components/timeline/draw/useScreen.ts'
import type { ViewKeys } from '#components/timeline/draw/viewKeys.ts'
import { isFinal } from '#domain/job/shape.ts'

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
  if (view === 'ai' || view === 'gates') {
    return (
      <Suspense>
        {view === 'ai' ? (
          <LaterAiView {...shared} loadEvent={reads.loadEvent} origin={origin} />
        ) : (
          <LaterGatesView {...shared} now={shownNow} reads={reads} />
        )}
      </Suspense>
    )
  }
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
