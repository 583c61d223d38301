import { useEffect, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import type { StepView } from '#domain/job/replay.ts'

/** Lines [first, end) of the output, counted from 0. */
export type LineRange = { first: number; end: number }

type Found = { key: string; first: number; end: number | null }

/**
 * The lines that are shown: all, or those from a step's beginning to its end, those of others between them included. What
 * goes on has its end at the job's last line. Null while the server is asked.
 *
 * @param stepKey key of a step's run
 * @param total lines that there are, or were at the moment that is looked at; null: nobody has said so yet
 */
export function useLineRange(timeline: JobTimeline, stepKey: string | null, total: number | null): LineRange | null {
  const [found, setFound] = useState<Found | null>(null)
  const step = stepKey === null ? undefined : timeline.view.steps.get(stepKey)
  const startedSeq = step?.startedSeq ?? null
  const endedSeq = step ? endOf(timeline, step) : null
  useEffect(() => {
    if (stepKey === null || startedSeq === null) return
    let isOver = false
    const ask = async () => {
      const first = await timeline.lines.atOrAfter(startedSeq)
      const end = endedSeq === null ? null : await timeline.lines.atOrAfter(endedSeq + 1)
      if (!isOver) setFound({ key: stepKey, first, end })
    }
    const retry = () => {
      if (!isOver) setTimeout(() => isOver || ask().catch(retry), 1_000)
    }
    ask().catch(retry)
    return () => {
      isOver = true
    }
  }, [timeline, stepKey, startedSeq, endedSeq])
  if (total === null) return null
  if (stepKey === null) return { first: 0, end: total }
  if (found?.key !== stepKey) return null
  return rangeWithin(found, total)
}

/** Of a step's lines, those among the first `total` of the job. */
export function rangeWithin({ first, end }: { first: number; end: number | null }, total: number): LineRange {
  return { first: Math.min(first, total), end: Math.min(end ?? total, total) }
}

/** What was still open when its attempt ended ends with it. */
export function endOf({ structure }: JobTimeline, step: StepView): number | null {
  return step.endedSeq ?? structure.attempts.find((attempt) => attempt.number === step.attempt)?.endedSeq ?? null
}
