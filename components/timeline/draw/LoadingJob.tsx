import { countOf } from '#components/format/count.ts'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { LiveChip } from '#components/timeline/draw/LiveChip.tsx'
import styles from './LoadingJob.module.css'

/** What is known of a job before its outline is whole. */
export function LoadingJob({ timeline, onRetry }: { timeline: JobTimeline; onRetry: () => void }) {
  const { connection, state, serverHead } = timeline
  const created = timeline.eventAt(1)
  return (
    <div className={styles.page} aria-busy="true">
      <TopBar>
        <span className={styles.spring} />
        <LiveChip connection={connection} head={0} expected={serverHead} onRetry={onRetry} />
      </TopBar>
      <main className={styles.header}>
        {created?.type === 'job.created' ? (
          <>
            <h1 className={styles.title}>
              <StatusGlyph status={stateGlyph[state]} size={18} />
              {visibleText(created.payload.title ?? created.payload.action)}
            </h1>
            <p className={styles.text}>
              {stateWords[state]} · {countOf(serverHead, 'event')}
            </p>
          </>
        ) : (
          <>
            <h1 className="visuallyHidden">Loading the job</h1>
            <div className={styles.titleBar} />
            <div className={styles.textBar} />
          </>
        )}
      </main>
      <div className={styles.rows}>
        {Array.from({ length: 8 }, (_, row) => row).map((row) => (
          <div key={row} className={styles.row} />
        ))}
      </div>
    </div>
  )
}
