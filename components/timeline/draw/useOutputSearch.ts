import { useEffect, useMemo, useState } from 'react'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { LineSearch } from '#components/timeline/data/searchLines.ts'
import type { StoredText } from '#components/timeline/draw/useStoredText.ts'

export type OutputSearch = {
  query: string
  setQuery(query: string): void
  /** line of the hit that was gone to last */
  hit: number | null
  /** 1-based among all hits; 0 if none was gone to */
  position: number
  total: number
  /** whether every line so far was looked at */
  isWhole: boolean
  go(direction: 1 | -1): void
}

/** lines looked at in one go: about 5 ms */
const slice = 30_000

/** Finds a text in the output, and keeps finding it as the job goes on. */
export function useOutputSearch(timeline: JobTimeline, text: StoredText): OutputSearch {
  const [query, setQueryState] = useState('')
  const [hit, setHit] = useState<number | null>(null)
  const [, setProgress] = useState(0)
  const search = useMemo(() => (query === '' ? null : new LineSearch(query, text.plain)), [query, text])
  const { lines } = timeline.output
  useEffect(() => {
    if (!search || search.scanned >= lines) return
    let timer: ReturnType<typeof setTimeout>
    const scan = () => {
      const isWhole = search.scan(lines, slice)
      setProgress(search.scanned)
      if (!isWhole) timer = setTimeout(scan)
    }
    timer = setTimeout(scan)
    return () => clearTimeout(timer)
  }, [search, lines])
  return {
    query,
    setQuery: (next) => {
      setQueryState(next)
      setHit(null)
    },
    hit,
    position: hit === null || !search ? 0 : search.hits.indexOf(hit) + 1,
    total: search?.hits.length ?? 0,
    isWhole: !search || search.scanned >= lines,
    go: (direction) => setHit(search?.next(hit ?? (direction === 1 ? -1 : lines), direction) ?? null),
  }
}
