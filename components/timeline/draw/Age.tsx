import { useNow } from '#components/clock/useNow.ts'
import { formatAge, formatInstant } from '#components/format/time.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

type AgeProps = {
  at: string
  timeline: JobTimeline
  /** the server's time as far as the page knows it; null: nothing can change any more, so it goes on by itself */
  today: number | null
}

/** How long ago something was, by the server's clock. */
export function Age({ at, timeline, today }: AgeProps) {
  const ticked = useNow(today === null)
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {formatAge((today ?? timeline.serverTime(ticked)) - Date.parse(at))}
    </time>
  )
}
