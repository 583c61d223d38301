import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { keyOfEvent } from '#components/timeline/layout/partAt.ts'
import { type Expansion, pathToKey, type Row, rowsOf } from '#components/timeline/layout/rows.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'
import { treeOf } from '#components/timeline/layout/treeOf.ts'
import type { Event } from '#domain/events/envelope.ts'

export type JobTree = {
  tree: TreeNode | null
  rows: Row[]
  /** key of the row that stands for the selected event, or of the closed row that hides it */
  currentKey: string | null
  toggle(key: string): void
  /** the step an event belongs to, as the output knows it */
  stepOf(event: Event | null): { key: string; name: string } | null
}

export function useJobTree(timeline: JobRead, selected: Event | null): JobTree {
  const [expansion, setExpansion] = useState<Expansion>(new Map())
  const tree = treeOf(timeline)
  const rows = useMemo(() => rowsOf(tree, expansion), [tree, expansion])
  const path = useMemo(() => {
    return selected === null ? [] : pathToKey(tree, keyOfEvent(timeline, selected))
  }, [timeline, tree, selected])
  const currentKey = useMemo(() => {
    return path.findLast((key) => rows.some((row) => row.node.key === key)) ?? null
  }, [rows, path])

  const selectedSeq = selected?.seq ?? null
  // once for each selection, so that the reader can close again what was opened
  const isFound = path.length > 0
  const above = useRef(path)
  above.current = path.slice(0, -1)
  useEffect(() => {
    if (selectedSeq === null || !isFound) return
    setExpansion((before) => new Map([...before, ...above.current.map((key) => [key, true] as const)]))
  }, [selectedSeq, isFound])

  const toggle = useCallback(
    (key: string) => {
      const row = rows.find((candidate) => candidate.node.key === key)
      if (row?.expanded != null) setExpansion((before) => new Map(before).set(key, !row.expanded))
    },
    [rows],
  )
  const stepOf = useCallback(
    (event: Event | null) => {
      const path = event === null ? [] : pathToKey(tree, keyOfEvent(timeline, event))
      const step = path.findLast((each) => each.startsWith('step:'))
      const found = step === undefined ? undefined : timeline.view.steps.get(step.slice(5))
      return step === undefined || !found ? null : { key: step.slice(5), name: found.name }
    },
    [timeline, tree],
  )
  return { tree, rows, currentKey, toggle, stepOf }
}
