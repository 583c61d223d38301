import { useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '#components/format/count.ts'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import type { Line } from '#components/timeline/data/openPage.ts'
import { endOf } from '#components/timeline/draw/useLineRange.ts'
import { GroupFold } from '#components/timeline/groups/groupFold.ts'
import { HiddenLines } from '#components/timeline/groups/hiddenLines.ts'
import { type GroupMarker, readMarkers } from '#components/timeline/groups/readMarkers.ts'

/** Folded groups of the output. */
export type Groups = {
  hidden: HiddenLines
  /** what a line that is here says of groups */
  markersOf(line: Line): readonly GroupMarker[]
  /** the fold whose header a line is */
  foldAt(line: number): GroupFold | null
  /** folds or opens the group whose header a line is */
  toggle(line: number): void
  /** opens the groups that hide a line */
  reveal(line: number): void
}

/** Lines in which the end of a group is looked for: 200 pages, a second's reading. */
const mostLines = 200_000

/** between two looks at the lines that came to a group that goes on */
const paceMs = 500

/**
 * Which groups the reader folded. Groups are open until then, so nobody has to know where they end; on folding, the lines
 * after the header are read until the group's end, its step's end or the newest line, and further when lines come.
 */
export function useGroups(timeline: JobTimeline, say: (text: string) => void): Groups {
  const { lines } = timeline
  const [version, setVersion] = useState(0)
  const folds = useMemo(() => new Map<number, GroupFold>(), [])
  const reading = useRef(new Set<GroupFold>())
  const changed = () => setVersion((n) => n + 1)

  const isGone = (fold: GroupFold) => folds.get(fold.header) !== fold
  const open = (fold: GroupFold, reason?: string) => {
    if (isGone(fold)) return
    folds.delete(fold.header)
    if (reason !== undefined) say(reason)
    changed()
  }
  const readOn = async (fold: GroupFold) => {
    if (reading.current.has(fold)) return
    reading.current.add(fold)
    const { next } = fold
    try {
      const step = timeline.view.steps.get(fold.scope)
      const endedSeq = step ? endOf(timeline, step) : null
      const end = endedSeq === null ? lines.total : await lines.atOrAfter(endedSeq + 1)
      for await (const page of lines.scan(fold.next, Math.min(end, fold.header + mostLines))) {
        const textAt = (n: number) => page[n]?.text ?? null
        for (const [n, line] of page.entries()) {
          fold.add({ ...line, markers: readMarkers(line.text, (by) => textAt(n + by)) })
        }
        if (fold.isOver || isGone(fold)) break
      }
      if (endedSeq !== null && fold.next >= end) fold.isOver = true
      if (!fold.isOver && fold.next >= fold.header + mostLines) {
        open(fold, `The end of this group is more than ${formatCount(mostLines)} lines away; it stays open.`)
      }
    } catch {
      open(fold, 'The server does not answer; the group stays open.')
    } finally {
      if (fold.next > next || fold.isOver) changed()
      // lines that come in their thousands are looked at together
      setTimeout(() => reading.current.delete(fold), fold.isOver ? 0 : paceMs)
    }
  }

  const { total, epoch } = lines
  useEffect(() => {
    // lines of another history are others
    void epoch
    return () => folds.clear()
  }, [epoch, folds])
  useEffect(() => {
    for (const fold of folds.values()) if (!fold.isOver && fold.next < total) void readOn(fold)
  })

  const hidden = useMemo(() => {
    void version
    return new HiddenLines([...folds.values()].flatMap(({ spans }) => spans))
  }, [version, folds])

  const markersOf = (line: Line) => readMarkers(line.text, (by) => lines.at(line.line + by)?.text ?? null)
  return {
    hidden,
    markersOf,
    foldAt: (line) => folds.get(line) ?? null,
    toggle: (number) => {
      const fold = folds.get(number)
      if (fold) return open(fold)
      const line = lines.at(number)
      const start = line && markersOf(line).findLast(({ kind }) => kind === 'start')
      if (!line || !start) return
      const begun = new GroupFold({ ...line, markers: [start] }, start)
      folds.set(number, begun)
      changed()
      void readOn(begun)
    },
    reveal: (line) => {
      for (const fold of [...folds.values()]) {
        if (fold.spans.some(({ first, end }) => first <= line && line < end)) open(fold)
      }
    },
  }
}
