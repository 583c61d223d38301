import { useEffect, useMemo, useState } from 'react'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import { useEvent } from '#components/timeline/draw/useEvent.ts'
import { address } from '#components/timeline/layout/address.ts'

export type Past = {
  /** the job as it is shown: now, or as it was */
  shown: JobRead
  /** the seq that is looked at; null: now */
  at: number | null
  /** when that was, in milliseconds since the epoch; null: now */
  time: number | null
  /** how many lines of output there were; null: now, or the server has not said so yet */
  lines: number | null
  goBackTo(at: number | null): void
}

/** The job at the moment that the address names. A moment that has not come yet is now. */
export function usePast(timeline: JobTimeline): Past {
  const [named, goBackTo] = useAddressed(address.at)
  const at = named !== null && named < timeline.view.head ? named : null
  const job = at === null ? timeline : timeline.at(at)
  const lines = useLinesThrough(timeline, at)
  const shown = useMemo(() => (job === timeline ? timeline : withLines(job, lines)), [job, timeline, lines])
  // the outline has no output: that event is read by itself
  const event = useEvent(timeline, at === null || timeline.eventAt(at) !== null ? null : at)
  const last = at === null ? null : (event ?? job.events.at(-1) ?? null)
  return { shown, at, time: last ? Date.parse(last.recordedAt) : null, lines, goBackTo }
}

const retryMs = 1_000

/** How many lines there were; of the moment before, while the server is asked; null if it does not say. */
function useLinesThrough(timeline: JobTimeline, at: number | null): number | null {
  const [known, setKnown] = useState<number | null>(null)
  useEffect(() => {
    if (at === null) return setKnown(null)
    let isWanted = true
    let retry: ReturnType<typeof setTimeout> | undefined
    const ask = () => {
      timeline.lines.atOrAfter(at + 1).then(
        (lines) => isWanted && setKnown(lines),
        () => {
          if (!isWanted) return
          setKnown(null)
          retry = setTimeout(ask, retryMs)
        },
      )
    }
    ask()
    return () => {
      isWanted = false
      clearTimeout(retry)
    }
  }, [timeline, at])
  return at === null ? null : known
}

/** The outline knows no output: its lines are counted by the pages of lines. */
function withLines(job: JobRead, lines: number | null): JobRead {
  const { jobId, events, view, structure, state, structureVersion, eventAt } = job
  const totals = { ...view.totals, outputLines: lines ?? 0 }
  return { jobId, events, view: { ...view, totals }, structure, state, structureVersion, eventAt }
}
