'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'
import { Snippet } from '#components/copy/Snippet.tsx'
import { createJobCommand, demoCommand, runCommand } from '#components/jobs/firstCommands.ts'
import styles from './EmptyJobs.module.css'

type EmptyJobsProps = { isFiltered: boolean; isListening: boolean; onClear: () => void }

export function EmptyJobs({ isFiltered, isListening, onClear }: EmptyJobsProps) {
  return isFiltered ? <NoMatch onClear={onClear} /> : <FirstJob isListening={isListening} />
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>No job matches</h2>
      <p className={styles.text}>New jobs that do will show up here.</p>
      <button type="button" className={styles.clear} onClick={onClear}>
        Show all jobs
      </button>
    </div>
  )
}

/** The commands carry this server's own address, so that they can be pasted as they are. */
function FirstJob({ isListening }: { isListening: boolean }) {
  const [origin, setOrigin] = useState<string | null>(null)
  useEffect(() => setOrigin(window.location.origin), [])
  if (origin === null) return null
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>Nothing is recorded yet</h2>
      <p className={styles.text}>
        {isListening ? 'This page is listening.' : 'This page is not connected.'} Record any command as a job, or create
        one over HTTP.
      </p>
      <div className={styles.snippets}>
        <Snippet label="Watch a made-up deploy" code={demoCommand(origin)} />
        <Snippet label="Run a command as a job" code={runCommand(origin)} />
        <Snippet label="Create a job with curl" code={createJobCommand(origin)} />
      </div>
      <Link href="/connect" className={styles.more}>
        All ways to connect, and where the key is
      </Link>
    </div>
  )
}
