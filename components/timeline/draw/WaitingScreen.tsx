import { Snippet } from '#components/copy/Snippet.tsx'
import { emitCommand, runCommand } from '#components/jobs/firstCommands.ts'
import styles from './WaitingScreen.module.css'

/** A job of which nothing is known but that it was asked for. The stream is open: the first event turns this into the timeline. */
export function WaitingScreen({ jobId, isListening }: { jobId: string; isListening: boolean }) {
  const { origin } = window.location
  return (
    <div className={styles.screen}>
      <div className={styles.box}>
        <h2 className={styles.title}>Waiting for the first event</h2>
        <p className={styles.text}>
          {isListening
            ? 'This page is listening; what is sent shows here at once.'
            : 'This page is not connected; what is sent shows here once it is.'}
        </p>
        <Snippet label="Start this job with curl" code={emitCommand(origin, jobId)} />
        <Snippet label="Or record a command as a job of its own" code={runCommand(origin)} />
      </div>
    </div>
  )
}
