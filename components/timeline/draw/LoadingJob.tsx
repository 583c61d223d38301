import { countOf } from '#components/format/count.ts'
import { stateGlyph, stateWords } from '#components/glyphs/jobStates.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import { TopBar } from '#components/shell/TopBar.tsx'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import { LiveChip } from '#components/timeline/draw/LiveChip.tsx'
import type { JobSummary } from '#domain/job/served.ts'
import styles from './LoadingJob.module.css'

type LoadingJobProps = { summary: JobSummary | null; connection: Connection; onRetry: () => void }

/** What is known of a job before its first event has arrived. */
export function LoadingJob({ summary, connection, onRetry }: LoadingJobProps) {
  return (
    <div className={styles.page} aria-busy="true">
      <TopBar>
        <span className={styles.spring} />
        <LiveChip connection={connection} head={0} expected={summary?.head ?? 0} held={null} onRetry={onRetry} />
      </TopBar>
      <main className={styles.header}>
        {summary ? (
          <>
            <h1 className={styles.title}>
              <StatusGlyph status={stateGlyph[summary.state]} size={18} />
              {visibleText(summary.title ?? summary.action)}
            </h1>
            <p className={styles.text}>
              {stateWords[summary.state]} · {countOf(summary.head, 'event')} ·{' '}
              {countOf(summary.totals.outputLines, 'line')}
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
