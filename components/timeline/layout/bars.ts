import { type TimeRange, type TimeScale, xOf } from '#components/timeline/layout/timeScale.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'

/** A stretch of a lane in pixels; both ends lie within the lane. */
export type Span = { x: number; width: number }

export type Bar = {
  /** time before it began */
  waiting: Span | null
  running: Span | null
  /** its right end is now and still moves */
  isOpen: boolean
}

/** Nothing that happened is too short to be seen and hit. */
const narrowest = 3

/** Where a node's bar lies. What has not begun only waits; what lies outside the scale has no span. */
export function barOf(node: TreeNode, scale: TimeScale, now: number): Bar {
  const end = node.to ?? now
  const begun = Math.min(node.from, end)
  const waiting = node.waitedFrom !== null && begun > node.waitedFrom ? spanOf(node.waitedFrom, begun, scale, 0) : null
  const hasBegun = node.from <= end
  return {
    waiting,
    running: hasBegun ? spanOf(node.from, end, scale, narrowest) : null,
    isOpen: node.to === null && hasBegun,
  }
}

/** From when on a node waited or ran, until when. */
export function timeOf({ waitedFrom, from, to }: TreeNode, now: number): TimeRange {
  const end = to ?? now
  return { from: Math.min(waitedFrom ?? from, from, end), to: end }
}

function spanOf(from: number, to: number, scale: TimeScale, least: number): Span | null {
  const left = xOf(scale, from)
  const right = Math.max(xOf(scale, to), left + least)
  if (right < 0 || left > scale.width) return null
  const x = Math.max(0, left)
  return { x, width: Math.max(0, Math.min(scale.width, right) - x) }
}

export type Mark = {
  x: number
  kind: 'tool' | 'tokens' | 'artifact' | 'gate'
  failed: boolean
  seq: number
  count: number
}

/**
 * What lies inside a closed node, as marks on its lane. Marks closer than `gap` pixels become one that counts them: ten
 * thousand calls cannot be ten thousand elements.
 */
export function marksIn(node: TreeNode, scale: TimeScale, gap = 9): Mark[] {
  const found: Mark[] = []
  const visit = (child: TreeNode) => {
    const { kind } = child
    if (kind === 'tool' || kind === 'tokens' || kind === 'artifact' || kind === 'gate') {
      const x = xOf(scale, kind === 'gate' ? (child.to ?? child.from) : child.from)
      const failed = child.status === 'failure' || child.status === 'failed'
      if (x >= 0 && x <= scale.width) found.push({ x, kind, failed, seq: child.seq, count: 1 })
    }
    child.children.forEach(visit)
  }
  node.children.forEach(visit)
  const marks: Mark[] = []
  for (const mark of found.sort((a, b) => a.x - b.x)) {
    const last = marks.at(-1)
    if (last && mark.x - last.x < gap) {
      last.count++
      last.failed ||= mark.failed
      if (mark.kind === 'gate') last.kind = 'gate'
    } else marks.push({ ...mark })
  }
  return marks
}
