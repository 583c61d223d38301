import { axisOf } from '#components/timeline/layout/timeAxis.ts'
import { type TimeScale, xOf } from '#components/timeline/layout/timeScale.ts'
import styles from './TimeAxis.module.css'

type TimeAxisProps = { scale: TimeScale; origin: number /** null: the job is over */; now: number | null; left: number }

/** Moments since the job was created, with lines down through the lanes, and the silences that are drawn short. */
export function TimeAxis({ scale, origin, now, left }: TimeAxisProps) {
  const nowX = now === null ? -1 : xOf(scale, now)
  const { ticks, breaks } = axisOf(scale, origin)
  return (
    <div className={styles.axis} aria-hidden="true">
      <div className={styles.lanes} style={{ left }}>
        {ticks.map((tick) => (
          <span key={tick.at} className={styles.tick} style={{ transform: `translateX(${tick.x}px)` }}>
            <span className={styles.label}>{tick.label}</span>
          </span>
        ))}
        {breaks.map((each) => (
          <span key={each.at}>
            <span className={styles.break} style={{ transform: `translateX(${each.x}px)`, width: each.width }} />
            <span className={styles.idle} style={{ transform: `translateX(${each.labelX}px)` }}>
              {each.label}
            </span>
          </span>
        ))}
        {nowX >= 0 && nowX < scale.width && (
          <span className={styles.now} style={{ transform: `translateX(${nowX}px)` }} />
        )}
      </div>
    </div>
  )
}
