import { Snippet } from '#components/copy/Snippet.tsx'
import { emitCommand, runCommand } from '#components/jobs/firstCommands.ts'
import styles from './WaitingScreen.module.css'

type WaitingScreenProps = { jobId: string; hasStarted: boolean; isListening: boolean }

/** A job that has done nothing one could show. The stream is open: its first step turns this into the timeline. */
export function WaitingScreen({ jobId, hasStarted, isListening }: WaitingScreenProps) {
  const { origin } = window.location
  return (
    <div className={styles.screen}>
      <div className={styles.box}>
        <h2 className={styles.title}>Waiting for the first {hasStarted ? 'step' : 'event'}</h2>
        <p className={styles.text}>
          {isListening
            ? 'This page is listening; what is sent shows here at once.'
            : 'This page is not connected; what is sent shows here once it is.'}
        </p>
        {!hasStarted && (
          <>
            <Snippet label="Start this job with curl" code={emitCommand(origin, jobId)} />
            <Snippet label="Or record a command as a job of its own" code={runCommand(origin)} />
          </>
        )}
      </div>
    </div>
  )
}
