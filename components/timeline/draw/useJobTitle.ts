import { useEffect } from 'react'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'

const marks = { pending: '◌', running: '◐', success: '✓', failed: '✗', cancelled: '⊘' } as const

/** The browser tab says how the job stands, or that what it says is old. */
export function useJobTitle(timeline: JobTimeline, isStale: boolean): void {
  const created = timeline.eventAt(1)
  const title = created?.type === 'job.created' ? visibleText(created.payload.title ?? created.payload.action) : 'Job'
  const mark = isStale ? '⏸' : marks[timeline.state]
  useEffect(() => {
    document.title = `${mark} ${title} · Waybill`
  }, [mark, title])
}
