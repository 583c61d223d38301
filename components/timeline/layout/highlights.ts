import { formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import { reasonOf } from '#components/timeline/layout/firstCause.ts'
import { endSeqOf, jumpSeqs } from '#components/timeline/layout/jumps.ts'
import { failuresIn } from '#components/timeline/layout/rows.ts'
import type { NodeStatus } from '#components/timeline/layout/status.ts'
import type { NodeKind, TreeNode } from '#components/timeline/layout/tree.ts'
import { addDecimals } from '#domain/job/decimal.ts'

/** One thing worth looking at, and the event that shows it. */
export type Highlight = { seq: number; kind: NodeKind; status: NodeStatus; name: string; detail: string }

export type ModelUse = {
  model: string
  calls: number
  inputTokens: number
  outputTokens: number
  cost: Record<string, string>
}

export function failureHighlights(timeline: JobRead, tree: TreeNode | null): Highlight[] {
  return failuresIn(tree).map((node) => {
    const seq = endSeqOf(timeline, node)
    return {
      seq,
      kind: node.kind,
      status: node.status,
      name: visibleText(node.name),
      detail: reasonOf(timeline.eventAt(seq)),
    }
  })
}

export function gateHighlights({ view, eventAt }: JobRead): Highlight[] {
  return [...view.gates.values()].map((gate) => {
    const seq = gate.endedSeq ?? gate.startedSeq
    const event = eventAt(seq)
    const decided = event?.type === 'gate.passed' || event?.type === 'gate.failed' ? event.payload : null
    return {
      seq,
      kind: 'gate',
      status: gate.passed === null ? 'waiting' : gate.passed ? 'passed' : 'failed',
      name: visibleText(gate.name),
      detail: visibleText(decided?.decidedBy ?? decided?.reason ?? ''),
    }
  })
}

/** `share`: of the job's time, from 0 to 1 */
export type LongStep = Highlight & { ms: number; share: number }

/** The parts that took longest, with their share of the job's time. Parts that hold parts are left out. */
export function longestSteps(root: TreeNode | null, now: number, most = 4): LongStep[] {
  if (!root) return []
  const leaves: { node: TreeNode; ms: number }[] = []
  const visit = (node: TreeNode) => {
    const steps = node.children.filter((child) => child.kind === 'step')
    if (node.kind === 'step' && steps.length === 0) leaves.push({ node, ms: (node.to ?? now) - node.from })
    for (const child of node.children) if (child.kind === 'step' || child.kind === 'attempt') visit(child)
  }
  visit(root)
  const whole = Math.max(1, (root.to ?? now) - root.from)
  return leaves
    .sort((a, b) => b.ms - a.ms)
    .slice(0, most)
    .map(({ node, ms }) => {
      const share = Math.min(1, ms / whole)
      return {
        seq: node.seq,
        kind: node.kind,
        status: node.status,
        name: visibleText(node.name),
        detail: `${formatDuration(ms)} · ${Math.round(share * 100)} %`,
        ms,
        share,
      }
    })
}

export function artifactHighlights(timeline: JobRead): Highlight[] {
  return jumpSeqs(timeline, null, 'artifact').flatMap((seq) => {
    const event = timeline.eventAt(seq)
    return event ? [{ seq, kind: 'artifact', status: 'plain', name: eventSummary(event), detail: '' } as const] : []
  })
}

/** Tokens by model, in the order in which the models were first used. */
export function modelUses({ structure }: JobRead): ModelUse[] {
  const uses = new Map<string, ModelUse>()
  for (const { event } of structure.leaves) {
    if (event.type !== 'ai.tokens_used') continue
    const { model, inputTokens, outputTokens, cost } = event.payload
    const use = uses.get(model) ?? { model: visibleText(model), calls: 0, inputTokens: 0, outputTokens: 0, cost: {} }
    use.calls++
    use.inputTokens += inputTokens
    use.outputTokens += outputTokens
    if (cost) use.cost[cost.currency] = addDecimals(use.cost[cost.currency] ?? '0', cost.amount)
    uses.set(model, use)
  }
  return [...uses.values()]
}

export function tokenText(use: ModelUse): string {
  return `${formatCount(use.inputTokens)} in · ${formatCount(use.outputTokens)} out`
}
