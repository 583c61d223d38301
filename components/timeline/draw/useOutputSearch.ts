import { useEffect, useMemo, useState } from 'react'
import type { Lines } from '#components/timeline/data/lines.ts'
import { LineSearch } from '#components/timeline/data/searchLines.ts'
import { plainText } from '#domain/ansi/plainText.ts'

export type OutputSearch = {
  query: string
  setQuery(query: string): void
  /** 1-based among all hits; 0 if none was gone to */
  position: number
  total: number
  /** whether every line so far was looked at */
  isWhole: boolean
  go(direction: 1 | -1): void
}

/** lines read and looked at in one go */
const slice = 4_000
const retryMs = 1_000

/** Finds a text in the output, and keeps finding it as the job goes on. */
export function useOutputSearch(lines: Lines, onHit: (hit: { line: number }) => void): OutputSearch {
  const [query, setQueryState] = useState('')
  const [hit, setHit] = useState<{ line: number } | null>(null)
  const [, setProgress] = useState(0)
  const search = useMemo(() => {
    if (query === '') return null
    return new LineSearch(query, async (first, end) => (await lines.texts(first, end)).map(plainText))
  }, [query, lines])
  const { total } = lines
  const scanned = search?.scanned ?? 0
  useEffect(() => {
    if (!search || scanned >= total) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const progress = () => {
      if (!isOver) setProgress((n) => n + 1)
    }
    search.scan(total, slice).then(progress, () => {
      timer = setTimeout(progress, retryMs)
    })
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [search, scanned, total])
  return {
    query,
    setQuery: (next) => {
      setQueryState(next)
      setHit(null)
    },
    position: hit === null || !search ? 0 : search.hits.indexOf(hit.line) + 1,
    total: search?.hits.length ?? 0,
    isWhole: !search || search.scanned >= total,
    go: (direction) => {
      const line = search?.next(hit?.line ?? (direction === 1 ? -1 : total), direction) ?? null
      if (line === null) return setHit(null)
      setHit({ line })
      onHit({ line })
    },
  }
}
