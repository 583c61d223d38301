import { useMemo } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import { address } from '#components/timeline/layout/address.ts'
import { type Idle, idleOf, leastIdleMs } from '#components/timeline/layout/idle.ts'
import { straight, type TimeWarp } from '#components/timeline/layout/timeWarp.ts'
import type { CountPyramid } from '#domain/view/countPyramid.ts'

export type IdleState = Idle & {
  /** whether silences are drawn short */
  isShort: boolean
  setShort: (isShort: boolean) => void
  /** the time that is drawn */
  drawn: TimeWarp
}

/** The job's silences, and whether they are drawn short. The one at the end of a job that goes on is none yet. */
export function useIdle(timeline: JobTimeline, job: { from: number; to: number }): IdleState {
  const [isShort, setShort] = useAddressed(address.isShort)
  const { counts, version } = timeline
  const { from, to } = job
  const stretches = useMemo(() => stretchesAt(counts, version), [counts, version])
  const idle = useMemo(() => idleOf({ from, to }, stretches), [from, to, stretches])
  return { ...idle, isShort, setShort, drawn: isShort ? idle.warp : straight }
}

/** `version` names the moment of the counts: the same ones at another version hold more. */
function stretchesAt(counts: CountPyramid, _version: number) {
  return counts.idle(leastIdleMs)
}
