import { isFailure } from '#components/timeline/layout/status.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'

export type Row = {
  node: TreeNode
  /** 0 for the job */
  depth: number
  expanded: boolean | null
  /** 1-based, among its siblings */
  position: number
  siblings: number
  parentKey: string | null
}

/** Which nodes the reader opened or closed; the others are as `opensByItself` says. */
export type Expansion = ReadonlyMap<string, boolean>

/** The rows of a tree in the order in which they are drawn. */
export function rowsOf(root: TreeNode | null, expansion: Expansion): Row[] {
  const rows: Row[] = []
  const add = (node: TreeNode, at: Omit<Row, 'node' | 'expanded'>) => {
    const expanded = node.children.length === 0 ? null : isExpanded(node, expansion)
    rows.push({ ...at, node, expanded })
    if (!expanded) return
    node.children.forEach((child, n) => {
      add(child, { depth: at.depth + 1, position: n + 1, siblings: node.children.length, parentKey: node.key })
    })
  }
  if (root) add(root, { depth: 0, position: 1, siblings: 1, parentKey: null })
  return rows
}

function isExpanded(node: TreeNode, expansion: Expansion): boolean {
  return expansion.get(node.key) ?? opensByItself(node)
}

/** Equal siblings stay folded, and so does a step that went well and holds more than fits a screen. */
function opensByItself(node: TreeNode): boolean {
  if (node.kind === 'fold') return false
  return node.kind !== 'step' || node.children.length <= 40 || node.status !== 'success'
}

/** Keys of the nodes above the one that stands for `seq`, and its own last; empty if none does. */
export function pathToSeq(root: TreeNode | null, seq: number): string[] {
  return root ? (findPath(root, (node) => node.seq === seq && node.kind !== 'fold') ?? []) : []
}

export function pathToKey(root: TreeNode | null, key: string): string[] {
  return root ? (findPath(root, (node) => node.key === key) ?? []) : []
}

function findPath(node: TreeNode, matches: (node: TreeNode) => boolean): string[] | null {
  // children first: an attempt and its first part may share an event, and the part says more
  for (const child of node.children) {
    const below = findPath(child, matches)
    if (below) return [node.key, ...below]
  }
  return matches(node) ? [node.key] : null
}

/** Steps, gates and calls that failed, in the order of their beginning; the ones that contain them left out. */
export function failuresIn(root: TreeNode | null): TreeNode[] {
  const failures: TreeNode[] = []
  const visit = (node: TreeNode): boolean => {
    const below = node.children.map(visit).some(Boolean)
    const failed = isFailure(node.status) && node.kind !== 'fold'
    if (failed && !below && node.kind !== 'job' && node.kind !== 'attempt') failures.push(node)
    return failed || below
  }
  if (root) visit(root)
  return failures.sort((a, b) => a.seq - b.seq)
}
