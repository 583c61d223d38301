import { formatOffset } from '#components/format/time.ts'
import styles from './AiRow.module.css'

/** A moment of the job, in milliseconds after it was created. */
export function Moment({ at }: { at: number }) {
  return <span className={styles.moment}>{formatOffset(at)}</span>
}
