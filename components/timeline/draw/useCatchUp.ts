import { useEffect, useRef } from 'react'
import { countOf } from '#components/format/count.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

/** Says how much was missed once a broken line is live again. */
export function useCatchUp(timeline: JobTimeline, say: (text: string) => void): void {
  const { state } = timeline.connection
  const brokeAt = useRef<number | null>(null)
  useEffect(() => {
    if (state === 'waiting' || state === 'silent') brokeAt.current ??= timeline.head
    if (state !== 'live' && state !== 'ended') return
    const missed = brokeAt.current === null ? 0 : timeline.head - brokeAt.current
    brokeAt.current = null
    if (missed > 0) say(`Caught up ${countOf(missed, 'event')}`)
  }, [state, timeline, say])
}
