import { useAddressedSoon } from '#components/timeline/draw/useAddressedSoon.ts'
import { address } from '#components/timeline/layout/address.ts'
import {
  chartRange,
  fitRange,
  isAbout,
  overlapOf,
  panRange,
  type TimeRange,
  zoomRange,
} from '#components/timeline/layout/timeScale.ts'
import type { TimeWarp } from '#components/timeline/layout/timeWarp.ts'

export type TimeRangeState = {
  /** the whole job */
  limits: TimeRange
  /** the part that was picked; null: all of it, growing with the job */
  picked: TimeRange | null
  /** what is shown */
  range: TimeRange
  /** which silences are drawn short */
  warp: TimeWarp
  setRange(range: TimeRange | null): void
  /** shows all of a part of the job; if that is what is shown, the whole job */
  fit(part: TimeRange | null): void
  /** around the middle */
  zoom(factor: number): void
  zoomAt(factor: number, around: number): void
  /** by a part of what is shown */
  pan(part: number): void
}

type JobTime = { startedAt: number; endedAt: number | null; now: number; warp: TimeWarp }

/** The part of the job's time that all panes show, kept in the address. */
export function useTimeRange(job: JobTime): TimeRangeState {
  const { startedAt, warp } = job
  const [sinceStart, setSinceStart] = useAddressedSoon(address.time)
  const limits = chartRange(job)
  const picked = sinceStart && overlapOf(shifted(sinceStart, startedAt), limits)
  const range = picked ?? limits
  const setRange = (next: TimeRange | null) => setSinceStart(next && shifted(next, -startedAt))
  const zoomAt = (factor: number, around: number) => {
    const next = zoomRange(range, { factor, around, limits, warp })
    setRange(isAbout(next, limits) ? null : next)
  }
  return {
    limits,
    picked,
    range,
    warp,
    setRange,
    fit: (part) => {
      const next = part && fitRange(part, { limits, warp })
      setRange(next === null || isAbout(next, range) ? null : next)
    },
    zoomAt,
    zoom: (factor) => zoomAt(factor, warp.back((warp.forth(range.from) + warp.forth(range.to)) / 2)),
    pan: (part) => {
      if (picked) setRange(panRange(picked, part, { limits, warp }))
    },
  }
}

function shifted({ from, to }: TimeRange, by: number): TimeRange {
  return { from: from + by, to: to + by }
}
