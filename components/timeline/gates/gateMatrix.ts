import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Structure } from '#components/timeline/data/structure.ts'
import { gateStatus, type NodeStatus } from '#components/timeline/layout/status.ts'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { GateView, JobView } from '#domain/job/replay.ts'

/** What the view is made from: a job as it is, or as it was. */
export type GateSource = {
  view: JobView
  structure: Pick<Structure, 'attempts' | 'gateSteps'>
  eventAt(seq: number): Event | null
}

/** One run of a gate. Times are milliseconds since the epoch. */
export type GateRun = {
  run: number
  startedSeq: number
  /** the event that decided it, or the one that opened it */
  seq: number
  status: NodeStatus
  from: number
  /** null while it is open; the end of its attempt if it never was decided */
  to: number | null
  subject: string | null
  decidedBy: string | null
  /** who recorded the decision */
  actor: string | null
  reason: string | null
  /** ids and seqs of events, as given */
  evidence: readonly (string | number)[]
  expiresAt: string | null
}

export type GateRow = {
  gateId: string
  name: string
  isApproval: boolean
  rule: string | null
  /** name of the step it lies under */
  step: string | null
  /** for each attempt the runs in it, oldest first */
  cells: GateRun[][]
}

export type GateMatrix = { attempts: number[]; rows: GateRow[]; passed: number; failed: number; open: number }

/** Every gate against every attempt, in the order in which the gates first opened. */
export function gateMatrix(source: GateSource): GateMatrix {
  const attempts = source.structure.attempts.map(({ number }) => number)
  const rows = new Map<string, GateRow>()
  const counts = { passed: 0, failed: 0, open: 0 }
  for (const [key, gate] of source.view.gates) {
    const started = startOf(source, gate)
    const row = rows.get(gate.gateId) ?? newRow(source, key, gate, attempts.length)
    rows.set(gate.gateId, row)
    // a later run may say more than the first did
    if (started?.rule !== undefined) row.rule = visibleText(started.rule)
    row.isApproval ||= started?.kind === 'approval'
    row.cells[attempts.indexOf(gate.attempt)]?.push(runOf(source, gate, started))
    counts[gate.passed === null ? 'open' : gate.passed ? 'passed' : 'failed']++
  }
  return { attempts, rows: [...rows.values()], ...counts }
}

/** How long gates were waited for, in milliseconds: people and checks apart, overlaps counted for each gate. */
export function gateWaits(matrix: GateMatrix, now: number): { approvals: number; checks: number } {
  const waits = { approvals: 0, checks: 0 }
  for (const row of matrix.rows) {
    for (const run of row.cells.flat()) waits[row.isApproval ? 'approvals' : 'checks'] += (run.to ?? now) - run.from
  }
  return waits
}

function newRow(source: GateSource, key: string, gate: GateView, attempts: number): GateRow {
  const step = source.view.steps.get(source.structure.gateSteps.get(key) ?? '')
  return {
    gateId: gate.gateId,
    name: visibleText(gate.name),
    isApproval: false,
    rule: null,
    step: step ? visibleText(step.name) : null,
    cells: Array.from({ length: attempts }, () => []),
  }
}

function startOf(source: GateSource, gate: GateView): PayloadOf<'gate.started'> | null {
  const event = source.eventAt(gate.startedSeq)
  return event?.type === 'gate.started' ? event.payload : null
}

function runOf(source: GateSource, gate: GateView, started: PayloadOf<'gate.started'> | null): GateRun {
  const attempt = source.structure.attempts.find(({ number }) => number === gate.attempt)
  const ended = gate.endedSeq === null ? null : source.eventAt(gate.endedSeq)
  const decision = ended?.type === 'gate.passed' || ended?.type === 'gate.failed' ? ended : null
  const end = gate.endedAt ?? attempt?.endedAt ?? null
  const text = (value: string | null | undefined) => (value ? visibleText(value) : null)
  return {
    run: gate.run,
    startedSeq: gate.startedSeq,
    seq: gate.endedSeq ?? gate.startedSeq,
    status: attempt ? gateStatus(gate, attempt) : 'waiting',
    from: Date.parse(gate.startedAt),
    to: end === null ? null : Date.parse(end),
    subject: text(started?.subject),
    decidedBy: text(decision?.payload?.decidedBy),
    actor: text(decision?.actor?.name ?? decision?.actor?.userId),
    reason: text(decision?.payload?.reason),
    evidence: decision?.payload?.evidence ?? [],
    expiresAt: started?.expiresAt ?? null,
  }
}
