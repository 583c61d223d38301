import { Inspector, LoadingEvent } from '#components/timeline/draw/Inspector.tsx'
import { Summary } from '#components/timeline/draw/Summary.tsx'
import type { Screen } from '#components/timeline/draw/useScreen.ts'

/** The selected event; without one, the job in short. */
export function SidePane({ screen }: { screen: Screen }) {
  const { job, shown, selected, selectedSeq, select, show, origin, reads, view } = screen
  if (selected) {
    const close = () => {
      select(null)
      show('split')
    }
    return (
      <Inspector
        event={selected}
        origin={origin}
        head={shown.view.head}
        reads={reads}
        // the gates view has a pane of its own for it
        excerpts={view !== 'gates'}
        onSelect={select}
        onClose={close}
      />
    )
  }
  if (selectedSeq !== null && selectedSeq <= job.head) return <LoadingEvent seq={selectedSeq} />
  return <Summary timeline={shown} tree={screen.tree.tree} now={screen.shownNow} onSelect={select} />
}
