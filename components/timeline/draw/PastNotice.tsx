import { formatCount } from '#components/format/count.ts'
import { formatInstant, formatOffset } from '#components/format/time.ts'
import styles from './PastNotice.module.css'

type PastNoticeProps = {
  at: number
  head: number
  /** when it was, and when the job was created, in milliseconds since the epoch */
  time: number
  origin: number
  onNow: () => void
}

/** Says that the page shows the past, and leads back. */
export function PastNotice({ at, head, time, origin, onNow }: PastNoticeProps) {
  return (
    <p className={styles.notice} title={formatInstant(new Date(time).toISOString())}>
      <span>
        As it was at <b>#{formatCount(at)}</b> of {formatCount(head)} · {formatOffset(time - origin)}
      </span>
      <button type="button" className={styles.now} onClick={onNow}>
        Back to now <kbd>Esc</kbd>
      </button>
    </p>
  )
}
