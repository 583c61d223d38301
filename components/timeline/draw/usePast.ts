import { useEffect, useMemo, useState } from 'react'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { useMoment } from '#components/timeline/draw/useMoment.ts'

export type Past = {
  /** the job as it is shown: now, or as it was */
  shown: JobRead
  /** the seq that is looked at; null: now */
  at: number | null
  /** when that was, in milliseconds since the epoch; null: now */
  time: number | null
  goBackTo(at: number | null): void
}

/** The job at the moment that the address names. A moment that has not come yet is now. */
export function usePast(timeline: JobTimeline): Past {
  const moment = useMoment()
  const at = moment.at !== null && moment.at < timeline.view.head ? moment.at : null
  const job = at === null ? timeline : timeline.at(at)
  const lines = useLinesThrough(timeline, at)
  const shown = useMemo(() => (job === timeline ? timeline : withLines(job, lines)), [job, timeline, lines])
  const last = at === null ? undefined : job.events.at(-1)
  return { shown, at, time: last ? Date.parse(last.recordedAt) : null, goBackTo: moment.goBackTo }
}

/** How many lines there were; null until the server has said so. */
function useLinesThrough(timeline: JobTimeline, at: number | null): number | null {
  const [known, setKnown] = useState<{ at: number; lines: number } | null>(null)
  useEffect(() => {
    if (at === null) return
    let isWanted = true
    timeline.lines.atOrAfter(at + 1).then(
      (lines) => isWanted && setKnown({ at, lines }),
      // the count is left out: it is told again with the next moment
      () => isWanted && setKnown(null),
    )
    return () => {
      isWanted = false
    }
  }, [timeline, at])
  return known?.at === at ? (known?.lines ?? null) : null
}

/** The outline knows no output: its lines are counted by the pages of lines. */
function withLines(job: JobRead, lines: number | null): JobRead {
  const { jobId, events, view, structure, state, structureVersion, eventAt } = job
  const totals = { ...view.totals, outputLines: lines ?? 0 }
  return { jobId, events, view: { ...view, totals }, structure, state, structureVersion, eventAt }
}
