import { useEffect, useMemo, useRef, useState } from 'react'
import { HitWalk } from '#components/timeline/data/hitWalk.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { OutputSearch } from '#components/timeline/data/outputSearch.ts'
import { useAddressed } from '#components/timeline/draw/useAddressed.ts'
import { address } from '#components/timeline/layout/address.ts'
import { type Highlights, highlightsOf } from '#components/timeline/layout/searchHighlights.ts'
import type { Density } from '#domain/search/density.ts'

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
  /** where hits lie among all lines; null: nothing is known */
  density: Density | null
  go(direction: 1 | -1): void
}

/** after so long without a key the filter is searched for */
const typingMs = 150

/**
 * Finds a filter's lines in the output, that of the address to begin with, and keeps finding them as the job goes on.
 *
 * @param at the seq that is looked at: what came later is not found; null: now
 */
export function useOutputSearch(
  timeline: JobTimeline,
  at: number | null,
  onHit: (hit: { line: number }) => void,
): SearchState {
  const [inAddress, putInAddress] = useAddressed(address.query)
  const [query, setQueryState] = useState(inAddress)
  const asked = queryAt(query, at)
  const [settled, setSettled] = useState(asked)
  const [version, setVersion] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(asked)
      putInAddress(query.trim())
    }, typingMs)
    return () => clearTimeout(timer)
  }, [asked, query, putInAddress])
  const [search, setSearch] = useState<{ query: string; output: OutputSearch; walk: HitWalk } | null>(null)
  useEffect(() => {
    if (settled === '') return setSearch(null)
    const changed = () => setVersion((n) => n + 1)
    const output = new OutputSearch({ jobId: timeline.jobId, query: settled, changed })
    setSearch({ query: settled, output, walk: new HitWalk(output) })
    return () => output.stop()
  }, [settled, timeline])
  // Whoever types and goes on at once means what was typed, not what was searched for before.
  const early = useRef<(1 | -1)[]>([])
  const isSettled = asked === (search?.query ?? '')
  const walk = isSettled ? (search?.walk ?? null) : null
  const step = (direction: 1 | -1) => {
    void walk?.go(direction).then((place) => {
      if (place === null) return
      setVersion((n) => n + 1)
      onHit(place)
    })
  }
  useEffect(() => {
    if (walk === null) return
    for (const direction of early.current.splice(0)) step(direction)
  })
  const head = at ?? timeline.view.head
  useEffect(() => {
    void search?.output.lookThrough(head)
  })
  const typed = isSettled ? query.trim() : ''
  const highlights = useMemo(() => {
    // found ranges come with the hits, one version after the other
    void version
    return highlightsOf(search === null ? '' : typed, search?.output.hits ?? new Map())
  }, [search, typed, version])
  const output = isSettled ? search?.output : undefined
  return {
    query,
    setQuery: (next) => {
      early.current = []
      setQueryState(next)
    },
    position: walk?.place?.position ?? 0,
    total: output?.total ?? 0,
    isWhole: isSettled && (output === undefined || output.head >= head),
    problem: output?.problem ?? null,
    highlights,
    density: output?.density ?? null,
    go: (direction) => {
      if (walk !== null) return step(direction)
      early.current.push(direction)
      setSettled(asked)
    },
  }
}

/** What was typed, of the events up to a moment. */
function queryAt(query: string, at: number | null): string {
  const typed = query.trim()
  return typed === '' || at === null ? typed : `seq:..${at} ${typed}`
}
