import { type TimeScale, ticksOf, xOf } from '#components/timeline/layout/timeScale.ts'
import styles from './TimeAxis.module.css'

type TimeAxisProps = { scale: TimeScale; origin: number /** null: the job is over */; now: number | null; left: number }

/** Moments since the job was created, with lines down through the lanes. */
export function TimeAxis({ scale, origin, now, left }: TimeAxisProps) {
  const nowX = now === null ? -1 : xOf(scale, now)
  return (
    <div className={styles.axis} aria-hidden="true">
      <div className={styles.lanes} style={{ left }}>
        {ticksOf(scale, origin).map((tick) => (
          <span key={tick.label} className={styles.tick} style={{ transform: `translateX(${tick.x}px)` }}>
            <span className={styles.label}>{tick.label}</span>
          </span>
        ))}
        {nowX >= 0 && nowX < scale.width && (
          <span className={styles.now} style={{ transform: `translateX(${nowX}px)` }} />
        )}
      </div>
    </div>
  )
}
