import { useNow } from '#components/clock/useNow.ts'
import { formatCount } from '#components/format/count.ts'
import type { Connection } from '#components/timeline/data/connection.ts'
import styles from './LiveChip.module.css'

type LiveChipProps = {
  connection: Connection
  /** newest seq received */
  head: number
  /** newest seq the server is known to have */
  expected: number
  held: { at: number; waiting: number } | null
  onRetry: () => void
}

/** What the page may truthfully say about its line to the server. */
export function LiveChip({ connection, head, expected, held, onRetry }: LiveChipProps) {
  const now = useNow(connection.state === 'waiting')
  if (held) {
    return (
      <span className={styles.held}>
        Held at {formatCount(held.at)}
        {held.waiting > 0 && <b> +{formatCount(held.waiting)}</b>}
      </span>
    )
  }
  switch (connection.state) {
    case 'connecting':
      return <span className={styles.quiet}>Connecting…</span>
    case 'catching-up':
      return (
        <span className={styles.quiet}>
          {expected > head ? `Loading ${formatCount(head)} of ${formatCount(expected)}` : 'Loading…'}
        </span>
      )
    case 'live':
      return <span className={styles.live}>Live</span>
    case 'ended':
      return <span className={styles.quiet}>Complete</span>
    case 'refused':
      return null
    case 'waiting': {
      const seconds = Math.ceil((connection.retryAt - now) / 1000)
      return (
        <span className={styles.paused} title={connection.reason}>
          <span>
            {head > 0 ? `Paused at ${formatCount(head)}` : 'Not connected'} ·{' '}
            {seconds > 0 ? `retry in ${seconds} s` : 'reconnecting…'}
          </span>
          <button type="button" className={styles.retry} onClick={onRetry}>
            Retry now
          </button>
        </span>
      )
    }
  }
}
