import Link from 'next/link'
import { IconButton } from '#components/shell/IconButton.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { HeldChip, LiveChip } from '#components/timeline/draw/LiveChip.tsx'
import { ViewSwitch } from '#components/timeline/draw/ViewSwitch.tsx'
import type { View } from '#components/timeline/layout/address.ts'
import { isFinal } from '#domain/job/shape.ts'
import styles from './JobBar.module.css'

type JobBarProps = {
  timeline: JobTimeline
  view: View
  has: { ai: boolean; gates: boolean }
  onShow: (view: View) => void
  onHold: () => void
  onKeys: () => void
  onRetry: () => void
}

/** The bar above a job: the way back, the views, the line to the server. */
export function JobBar({ timeline, view, has, onShow, onHold, onKeys, onRetry }: JobBarProps) {
  const { heldAt, connection } = timeline
  return (
    <TopBar>
      <Link href="/" className={styles.crumb}>
        Jobs
      </Link>
      <ViewSwitch view={view} has={has} place="bar" onShow={onShow} />
      <span className={styles.spring} />
      {heldAt !== null && <HeldChip at={heldAt} waiting={timeline.waitingCount} />}
      <LiveChip connection={connection} head={timeline.head} expected={timeline.serverHead} onRetry={onRetry} />
      {!isFinal(timeline.state) && (
        <button
          type="button"
          className={styles.hold}
          aria-pressed={heldAt !== null}
          title="Hold the page still (Space)"
          onClick={onHold}
        >
          {heldAt === null ? 'Hold' : 'Release'}
        </button>
      )}
      <IconButton label="Keyboard" shortcut="?" onClick={onKeys}>
        <kbd>?</kbd>
      </IconButton>
    </TopBar>
  )
}
