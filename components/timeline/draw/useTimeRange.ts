import { useState } from 'react'
import { chartRange, panRange, type TimeRange, zoomRange } from '#components/timeline/layout/timeScale.ts'

export type TimeRangeState = {
  /** the whole job */
  limits: TimeRange
  /** the part that was picked; null: all of it, growing with the job */
  picked: TimeRange | null
  /** what is shown */
  range: TimeRange
  setRange(range: TimeRange | null): void
  /** around the middle */
  zoom(factor: number): void
  zoomAt(factor: number, around: number): void
  /** by a part of what is shown */
  pan(part: number): void
}

/** The part of the job's time that all panes show. */
export function useTimeRange(job: { startedAt: number; endedAt: number | null; now: number }): TimeRangeState {
  const [picked, setPicked] = useState<TimeRange | null>(null)
  const limits = chartRange(job)
  const range = picked ?? limits
  const zoomAt = (factor: number, around: number) => {
    const next = zoomRange(range, { factor, around, limits })
    setPicked(next.to - next.from >= (limits.to - limits.from) * 0.999 ? null : next)
  }
  return {
    limits,
    picked,
    range,
    setRange: setPicked,
    zoomAt,
    zoom: (factor) => zoomAt(factor, (range.from + range.to) / 2),
    pan: (part) => {
      if (picked) setPicked(panRange(picked, part, limits))
    },
  }
}
