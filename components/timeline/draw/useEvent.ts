import { useEffect, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import type { Event } from '#domain/events/envelope.ts'

/** An event, whole as soon as it is here; until then what the outline has of it, or null. */
export function useEvent(timeline: JobTimeline, seq: number | null): Event | null {
  const [, setTries] = useState(0)
  const whole = seq === null ? null : timeline.wholeEventAt(seq)
  const isMissing = seq !== null && whole === null && seq <= timeline.view.head
  useEffect(() => {
    if (seq === null || !isMissing) return
    let isOver = false
    const load = (): Promise<void> =>
      timeline.loadEvent(seq).then(
        () => {
          if (!isOver) setTries((n) => n + 1)
        },
        () => {
          // the cache waited before it said so
          if (!isOver) void load()
        },
      )
    void load()
    return () => {
      isOver = true
    }
  }, [timeline, seq, isMissing])
  return whole ?? (seq === null ? null : timeline.eventAt(seq))
}
