import { useEffect, useMemo, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { OutputSearch } from '#components/timeline/data/outputSearch.ts'
import { type Highlights, highlightsOf } from '#components/timeline/layout/searchHighlights.ts'

export type SearchState = {
  query: string
  setQuery(query: string): void
  /** 1-based among all hits; 0 if none was gone to */
  position: number
  total: number
  /** whether every event that is shown was looked at */
  isWhole: boolean
  /** why the filter cannot be searched for, as a sentence */
  problem: string | null
  highlights: Highlights
  go(direction: 1 | -1): void
}

/** after so long without a key the filter is searched for */
const typingMs = 150

type Place = { line: number; position: number }

/** Finds a filter's lines in the output, and keeps finding them as the job goes on. */
export function useOutputSearch(timeline: JobTimeline, onHit: (hit: { line: number }) => void): SearchState {
  const [query, setQueryState] = useState('')
  const [settled, setSettled] = useState('')
  const [place, setPlace] = useState<Place | null>(null)
  const [version, setVersion] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(query.trim()), typingMs)
    return () => clearTimeout(timer)
  }, [query])
  const [search, setSearch] = useState<OutputSearch | null>(null)
  useEffect(() => {
    if (settled === '') return setSearch(null)
    const changed = () => setVersion((n) => n + 1)
    const next = new OutputSearch({ jobId: timeline.jobId, query: settled, changed })
    setSearch(next)
    return () => next.stop()
  }, [settled, timeline])
  const { head } = timeline.view
  useEffect(() => {
    void search?.lookThrough(head)
  })
  const highlights = useMemo(() => {
    // found ranges come with the hits, one version after the other
    void version
    return highlightsOf(settled, search?.hits ?? new Map())
  }, [settled, search, version])
  const isSettled = query.trim() === settled
  const total = isSettled ? (search?.total ?? 0) : 0
  return {
    query,
    setQuery: (next) => {
      setQueryState(next)
      setPlace(null)
    },
    position: place?.position ?? 0,
    total,
    isWhole: isSettled && (settled === '' || (search?.head ?? 0) >= head),
    problem: isSettled ? (search?.problem ?? null) : null,
    highlights,
    go: (direction) => {
      void search?.next(place?.line ?? null, direction).then((line) => {
        if (line === null) return
        const position = positionAfter(place, { line, direction, total: search.total })
        setPlace({ line, position })
        onHit({ line })
      })
    },
  }
}

/** Hits are gone to one by one, so the next one's number follows from the last one's. */
function positionAfter(before: Place | null, to: { line: number; direction: 1 | -1; total: number }): number {
  const { line, direction, total } = to
  if (direction === 1) return before === null || line <= before.line ? 1 : before.position + 1
  return before === null || line >= before.line ? total : before.position - 1
}
