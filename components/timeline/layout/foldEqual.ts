import { isFailure } from '#components/timeline/layout/status.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'

/** So many equal siblings become one row. */
export const foldFrom = 5

/**
 * Puts tool calls of one tool, and uses of one model, under one row where they are many. The row stands where the first
 * stood and is as bad as the worst.
 */
export function foldEqual(siblings: TreeNode[]): TreeNode[] {
  if (siblings.length < foldFrom) return siblings
  const groups = new Map<string, TreeNode[]>()
  for (const node of siblings) {
    const label = labelOf(node)
    if (label === null) continue
    const group = groups.get(label)
    if (group) group.push(node)
    else groups.set(label, [node])
  }
  return siblings.flatMap((node) => {
    const label = labelOf(node)
    const group = label === null ? undefined : groups.get(label)
    if (!group || group.length < foldFrom) return [node]
    return group[0] === node ? [foldOf(group, node)] : []
  })
}

function labelOf(node: TreeNode): string | null {
  return node.kind === 'tool' || node.kind === 'tokens' ? `${node.kind}:${node.name}` : null
}

function foldOf(group: TreeNode[], first: TreeNode): TreeNode {
  return {
    ...first,
    key: `fold:${first.seq}`,
    kind: 'fold',
    detail: `×${group.length}`,
    status: group.find((node) => isFailure(node.status))?.status ?? 'plain',
    from: Math.min(...group.map((node) => node.from)),
    to: Math.max(...group.map((node) => node.to ?? node.from)),
    children: group,
  }
}
