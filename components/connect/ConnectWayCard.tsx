import Link from 'next/link'
import type { ConnectWay } from '#components/connect/snippets.ts'
import { CopyButton } from '#components/copy/CopyButton.tsx'
import { countOf } from '#components/format/count.ts'
import { StatusGlyph } from '#components/glyphs/StatusGlyph.tsx'
import type { JobSummary } from '#domain/job/served.ts'
import styles from './ConnectWayCard.module.css'

/** A way to record a job, and whether it was heard from. */
export function ConnectWayCard({ way, job }: { way: ConnectWay; job: JobSummary | null }) {
  const isHeard = job !== null && job.head > 1
  return (
    <section className={isHeard ? styles.heard : styles.card} aria-label={way.name}>
      <header className={styles.header}>
        <h2 className={styles.name}>{way.name}</h2>
        <p className={styles.what}>{way.what}</p>
      </header>
      <figure className={styles.figure}>
        <figcaption className={styles.caption}>
          {way.file}
          <CopyButton label={`Copy: ${way.name}`} text={way.code} caption="Copy" />
        </figcaption>
        <pre className={styles.code}>{way.code}</pre>
      </figure>
      <p className={styles.state} role="status">
        <StatusGlyph status={isHeard ? 'success' : job ? 'running' : 'waiting'} size={14} />
        {isHeard ? (
          <>
            <b>Connected.</b> {countOf(job.head, 'event')} arrived.
            <Link href={`/jobs/${job.id}`} className={styles.link}>
              Open the job
            </Link>
          </>
        ) : job ? (
          'The job is made. Waiting for its first event.'
        ) : (
          'Listening for the first event.'
        )}
      </p>
    </section>
  )
}
