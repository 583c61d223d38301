import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { buildTree, type TreeNode } from '#components/timeline/layout/tree.ts'

const built = new WeakMap<JobRead, { version: number; tree: TreeNode | null }>()

/** The job's tree, built anew only when something other than output came: the same object means the same tree. */
export function treeOf(timeline: JobRead): TreeNode | null {
  const { structureVersion: version } = timeline
  const known = built.get(timeline)
  if (known?.version === version) return known.tree
  const tree = buildTree(timeline)
  built.set(timeline, { version, tree })
  return tree
}
