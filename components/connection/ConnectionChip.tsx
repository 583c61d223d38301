import type { ReactNode } from 'react'
import styles from './ConnectionChip.module.css'

type ConnectionChipProps = {
  /** `held` is the reader's wish, `paused` is not */
  tone: 'live' | 'quiet' | 'held' | 'paused'
  children: ReactNode
  /** why, in a sentence */
  reason?: string
  onRetry?: () => void
}

/** What a page may truthfully say about its line to the server. */
export function ConnectionChip({ tone, children, reason, onRetry }: ConnectionChipProps) {
  return (
    <span className={styles[tone]} title={reason} data-connection={tone}>
      <span>{children}</span>
      {onRetry && (
        <button type="button" className={styles.retry} onClick={onRetry}>
          Retry now
        </button>
      )}
    </span>
  )
}
