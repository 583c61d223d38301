import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { firstCause } from '#components/timeline/layout/firstCause.ts'
import { failuresIn } from '#components/timeline/layout/rows.ts'
import type { TreeNode } from '#components/timeline/layout/tree.ts'

/** What can be jumped to, one after the other. */
export type JumpTarget = 'failure' | 'gate' | 'ai' | 'artifact'

/** Seqs of all targets, ascending. */
export function jumpSeqs(timeline: JobRead, tree: TreeNode | null, target: JumpTarget): number[] {
  switch (target) {
    case 'failure':
      return failuresIn(tree).map((node) => endSeqOf(timeline, node))
    case 'gate':
      return [...timeline.view.gates.values()].map((gate) => gate.endedSeq ?? gate.startedSeq).sort((a, b) => a - b)
    case 'ai':
      return timeline.structure.leaves.map((leaf) => leaf.seq)
    case 'artifact':
      return timeline.structure.leaves
        .filter((leaf) => leaf.event.type === 'ai.artifact_created')
        .map((leaf) => leaf.seq)
  }
}

/**
 * Where a jump leads: from nowhere to the next failure is to the first cause, if the job failed; else to the next target,
 * going round at the ends. Null if there is none.
 */
export function jumpTo(
  job: JobRead,
  tree: TreeNode | null,
  jump: { target: JumpTarget; from: number | null; by: 1 | -1 },
) {
  const { target, from, by } = jump
  const isFirst = target === 'failure' && from === null && by === 1 && job.state === 'failed'
  const cause = isFirst ? firstCause(job, job.view.shape.attempt) : null
  return cause?.seq ?? jumpFrom(jumpSeqs(job, tree, target), from, by)
}

/** The first target after (before) a seq, going round at the ends; null if there is none. */
export function jumpFrom(seqs: number[], from: number | null, direction: 1 | -1): number | null {
  const sorted = [...seqs].sort((a, b) => a - b)
  const at = from ?? (direction === 1 ? 0 : Number.POSITIVE_INFINITY)
  const found = direction === 1 ? sorted.find((seq) => seq > at) : sorted.findLast((seq) => seq < at)
  return found ?? (direction === 1 ? sorted[0] : sorted.at(-1)) ?? null
}

/** A failed part is explained by the event that ended it. */
export function endSeqOf({ view }: JobRead, node: TreeNode): number {
  const key = node.key.slice(node.key.indexOf(':') + 1)
  const part = node.kind === 'step' ? view.steps.get(key) : node.kind === 'gate' ? view.gates.get(key) : undefined
  return part?.endedSeq ?? node.seq
}
