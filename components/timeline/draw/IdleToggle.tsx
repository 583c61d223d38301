import { formatDuration } from '#components/format/time.ts'
import type { IdleState } from '#components/timeline/draw/useIdle.ts'
import styles from './IdleToggle.module.css'

/** Offers to draw long silences short; nothing if the job has none. */
export function IdleToggle({ idle }: { idle: IdleState }) {
  const { ms, isLong, isShort, setShort } = idle
  if (ms === 0 || (!isLong && !isShort)) return null
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-pressed={isShort}
      aria-keyshortcuts="z"
      title={
        isShort ? 'Draw silences as long as they were (z)' : 'Draw long silences short, each marked with its length (z)'
      }
      onClick={() => setShort(!isShort)}
    >
      {isShort ? `${formatDuration(ms)} idle compressed ✕` : `Compress ${formatDuration(ms)} idle`}
    </button>
  )
}
