import { useEffect, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { OutputSearch } from '#components/timeline/data/outputSearch.ts'
import type { Density } from '#domain/search/density.ts'

/** What the reader asked for comes first. */
const startMs = 1_000
/** It is a look at all lines: seldom enough while the job goes on. */
const paceMs = 30_000

/** Where the lines of stderr are; null while nothing is known. */
export function useErrorDensity(timeline: JobTimeline): Density | null {
  const [search, setSearch] = useState<OutputSearch | null>(null)
  const [, setVersion] = useState(0)
  useEffect(() => {
    let output: OutputSearch | null = null
    const timer = setTimeout(() => {
      output = new OutputSearch({
        jobId: timeline.jobId,
        query: 'kind:stderr',
        changed: () => setVersion((n) => n + 1),
        pace: () => new Promise((resolve) => setTimeout(resolve, paceMs)),
      })
      setSearch(output)
    }, startMs)
    return () => {
      clearTimeout(timer)
      output?.stop()
      setSearch(null)
    }
  }, [timeline])
  const { head } = timeline.view
  const hasLines = timeline.lines.total > 0
  useEffect(() => {
    if (hasLines) void search?.lookThrough(head)
  })
  return search?.density ?? null
}
