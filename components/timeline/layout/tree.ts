import type { JobRead } from '#components/timeline/data/jobRead.ts'
import type { Attempt, Leaf } from '#components/timeline/data/structure.ts'
import { foldEqual } from '#components/timeline/layout/foldEqual.ts'
import { leafNode } from '#components/timeline/layout/leafNode.ts'
import { gateStatus, jobStatus, type NodeStatus, stepStatus } from '#components/timeline/layout/status.ts'
import type { GateView, StepView } from '#domain/job/replay.ts'

export type NodeKind = 'job' | 'attempt' | 'step' | 'gate' | 'tool' | 'tokens' | 'artifact' | 'fold'

/** One thing with a place in time. Times are milliseconds since the epoch. */
export type TreeNode = {
  key: string
  kind: NodeKind
  name: string
  /** what tells it from others of its name: "run 2", "×14", "18.4K in · 640 out" */
  detail: string | null
  /** the event that stands for it */
  seq: number
  status: NodeStatus
  /** it waited from here on, before it began; null if it did not wait */
  waitedFrom: number | null
  from: number
  /** null while it goes on */
  to: number | null
  children: TreeNode[]
}

/** The job as a tree: attempts if there are several, steps under steps, gates and AI events where they belong, by seq. */
export function buildTree(timeline: JobRead): TreeNode | null {
  const { structure, view, events } = timeline
  const [first] = events
  if (first?.type !== 'job.created' || !view.createdAt) return null
  const attempts = structure.attempts.map((attempt) => attemptNode(timeline, attempt))
  const [only] = attempts
  const created = Date.parse(view.createdAt)
  return {
    key: 'job',
    kind: 'job',
    name: first.payload.title ?? first.payload.action,
    detail: null,
    seq: 1,
    status: jobStatus(timeline.state),
    waitedFrom: created,
    from: view.startedAt
      ? Date.parse(view.startedAt)
      : view.endedAt
        ? Date.parse(view.endedAt)
        : Number.POSITIVE_INFINITY,
    to: view.endedAt ? Date.parse(view.endedAt) : null,
    children: attempts.length === 1 && only ? only.children : attempts,
  }
}

function attemptNode(timeline: JobRead, attempt: Attempt): TreeNode {
  const { view, structure } = timeline
  const byStep = new Map<string | null, TreeNode[]>()
  const put = (parent: string | null, node: TreeNode) => {
    const siblings = byStep.get(parent)
    if (siblings) siblings.push(node)
    else byStep.set(parent, [node])
  }
  const steps = [...view.steps].filter(([, step]) => step.attempt === attempt.number)
  const parents = parentsOf(steps)
  const nodes = steps.map(([key, step]) => [key, stepNode(key, step, attempt)] as const)
  for (const [key, node] of nodes) put(parents.get(key) ?? null, node)
  for (const [key, gate] of view.gates) {
    if (gate.attempt === attempt.number) put(structure.gateSteps.get(key) ?? null, gateNode(key, gate, attempt))
  }
  for (const leaf of structure.leaves) addLeaf(timeline, leaf, attempt, put)
  for (const [key, node] of nodes) node.children = arranged(byStep.get(key) ?? [])
  const ended = attempt.endedAt === null ? null : Date.parse(attempt.endedAt)
  const isLast = attempt === structure.attempts.at(-1)
  return {
    key: `attempt:${attempt.number}`,
    kind: 'attempt',
    name: `Attempt ${attempt.number}`,
    detail: null,
    seq: attempt.queuedSeq,
    status: isLast ? jobStatus(timeline.state) : 'failure',
    waitedFrom: Date.parse(attempt.queuedAt),
    from: attempt.startedAt ? Date.parse(attempt.startedAt) : (ended ?? Number.POSITIVE_INFINITY),
    to: ended,
    children: arranged(byStep.get(null) ?? []),
  }
}

function addLeaf(
  timeline: JobRead,
  leaf: Leaf,
  attempt: Attempt,
  put: (parent: string | null, node: TreeNode) => void,
): void {
  const event = timeline.eventAt(leaf.seq)
  const node = leaf.attempt === attempt.number && event ? leafNode(event) : null
  if (node) put(leaf.step, node)
}

function arranged(children: TreeNode[]): TreeNode[] {
  return foldEqual(children.sort((a, b) => a.seq - b.seq))
}

/**
 * The run a step lies under: the newest run of its parent that began before it. A parent that begins later is passed over,
 * so the tree can have no circle.
 */
function parentsOf(steps: [string, StepView][]): Map<string, string> {
  const parents = new Map<string, string>()
  const newest = new Map<string, string>()
  for (const [key, step] of steps.sort(([, a], [, b]) => a.startedSeq - b.startedSeq)) {
    const parent = step.parentStepId === null ? undefined : newest.get(step.parentStepId)
    if (parent) parents.set(key, parent)
    newest.set(step.stepId, key)
  }
  return parents
}

function stepNode(key: string, step: StepView, attempt: Attempt): TreeNode {
  return {
    key: `step:${key}`,
    kind: 'step',
    name: step.name,
    detail: step.run > 1 ? `run ${step.run}` : null,
    seq: step.startedSeq,
    status: stepStatus(step, attempt),
    waitedFrom: null,
    from: Date.parse(step.startedAt),
    to: endOf(step, attempt),
    children: [],
  }
}

function gateNode(key: string, gate: GateView, attempt: Attempt): TreeNode {
  return {
    key: `gate:${key}`,
    kind: 'gate',
    name: gate.name,
    detail: gate.run > 1 ? `run ${gate.run}` : null,
    seq: gate.startedSeq,
    status: gateStatus(gate, attempt),
    waitedFrom: null,
    from: Date.parse(gate.startedAt),
    to: endOf(gate, attempt),
    children: [],
  }
}

/** What was still open when its attempt ended ends with it. */
function endOf(part: StepView | GateView, attempt: Attempt): number | null {
  const end = part.endedAt ?? attempt.endedAt
  return end === null ? null : Date.parse(end)
}
