import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { type Attempt, type Leaf, leafKey, type Structure } from '#components/timeline/data/structure.ts'
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
  for (const [key, gate] of view.gates) {
    if (gate.attempt === attempt.number) put(structure.gateSteps.get(key) ?? null, gateNode(key, gate, attempt))
  }
  const steps = [...view.steps].filter(([, step]) => step.attempt === attempt.number)
  const parents = parentsOf(steps)
  // the last first: a step begins after the one that it lies under, which needs it whole
  for (const [key, step] of steps.reverse()) {
    put(parents.get(key) ?? null, stepNode(key, step, { attempt, parts: byStep.get(key), structure }))
  }
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
    children: arranged(byStep.get(null), structure.leavesOf.get(leafKey({ step: null, attempt: attempt.number }))),
  }
}

/** Parts and AI events under one node, by seq. */
function arranged(parts: readonly TreeNode[] = [], leaves: readonly Leaf[] = []): TreeNode[] {
  const children = [...parts, ...leaves.flatMap((leaf) => leafNode(leaf.event) ?? [])]
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

type Made = { end: string | null; leaves: number; parts: readonly TreeNode[] | undefined; node: TreeNode }
const made = new WeakMap<StepView, Made>()

type Around = { attempt: Attempt; parts: readonly TreeNode[] | undefined; structure: Structure }

/**
 * A step with all that lies under it; the same object as long as it says the same. Of ten thousand steps most are over:
 * made anew with each event, their nodes would keep the page busy.
 */
function stepNode(key: string, step: StepView, { attempt, parts, structure }: Around): TreeNode {
  const end = step.endedAt ?? attempt.endedAt
  const below = structure.leavesOf.get(key)
  const leaves = below?.length ?? 0
  const known = made.get(step)
  if (known && known.end === end && known.leaves === leaves && isSame(known.parts, parts)) return known.node
  const node: TreeNode = {
    key: `step:${key}`,
    kind: 'step',
    name: step.name,
    detail: step.run > 1 ? `run ${step.run}` : null,
    seq: step.startedSeq,
    status: stepStatus(step, attempt),
    waitedFrom: null,
    from: Date.parse(step.startedAt),
    to: endOf(step, attempt),
    children: arranged(parts, below),
  }
  made.set(step, { end, leaves, parts, node })
  return node
}

function isSame(a: readonly TreeNode[] = [], b: readonly TreeNode[] = []): boolean {
  return a.length === b.length && a.every((node, n) => node === b[n])
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
