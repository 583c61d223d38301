import { useSyncExternalStore } from 'react'
import type { PointedTime } from '#components/timeline/draw/pointedTime.ts'
import { placeOf } from '#components/timeline/layout/timeAxis.ts'
import type { TimeScale } from '#components/timeline/layout/timeScale.ts'
import styles from './Crosshair.module.css'

type CrosshairProps = {
  pointed: PointedTime
  scale: TimeScale
  origin: number
  /** where the scale begins in the box that this is drawn over, in pixels */
  left: number
  /** whether it says when that is */
  hasLabel: boolean
}

/** The moment that the pointer is at, in whatever pane. Only this is drawn anew when it moves. */
export function Crosshair({ pointed, scale, origin, left, hasLabel }: CrosshairProps) {
  const time = useSyncExternalStore(pointed.subscribe, pointed.get, () => null)
  const place = time === null ? null : placeOf(scale, time, origin)
  if (place === null) return null
  return (
    <span className={styles.line} style={{ left: left + place.x }} aria-hidden="true">
      {hasLabel && <span className={place.x > scale.width / 2 ? styles.before : styles.after}>{place.label}</span>}
    </span>
  )
}
