import type { JobRead } from '#components/timeline/data/jobRead.ts'
import { gateAt, keyOfEvent, stepAt } from '#components/timeline/layout/partAt.ts'
import type { Row } from '#components/timeline/layout/rows.ts'
import type { Event } from '#domain/events/envelope.ts'

/**
 * The event of what an event belongs to: of output its step, of a step the step above it, at last the job. Null for the
 * job itself.
 *
 * @param rows the rows that are drawn, and the key of the one that stands for the event or hides it
 */
export function parentSeq(job: JobRead, event: Event, rows: readonly Row[], currentKey: string | null): number | null {
  const rowOf = (key: string | null) => rows.find((row) => row.node.key === key)
  const row = rowOf(currentKey)
  if (!row) return null
  const isPart = event.type === 'step.output' || event.type === 'step.progress'
  if (row.node.seq !== event.seq && (isPart || keyOfEvent(job, event) !== currentKey)) return row.node.seq
  let parent = rowOf(row.parentKey)
  // equal siblings are folded under a row that stands for no event of its own
  while (parent?.node.kind === 'fold') parent = rowOf(parent.parentKey)
  return parent?.node.seq ?? null
}

/**
 * What an event names as its cause, as an event's id or seq: itself, by the first evidence of a decision, or where its
 * step or gate began. Null if none of them does.
 */
export function causeOf(job: JobRead, event: Event): string | number | null {
  if (event.causedBy !== undefined) return event.causedBy
  if ((event.type === 'gate.passed' || event.type === 'gate.failed') && event.payload?.evidence?.[0] !== undefined) {
    return event.payload.evidence[0]
  }
  const start = startOf(job, event)
  return start === null || start === event.seq ? null : (job.eventAt(start)?.causedBy ?? null)
}

/** Seq of the event that began the step or gate that an event is about. */
function startOf(job: JobRead, { type, payload, seq }: Event): number | null {
  if (payload === null) return null
  if ('gateId' in payload && type.startsWith('gate.')) {
    return job.view.gates.get(gateAt(job, payload.gateId, seq) ?? '')?.startedSeq ?? null
  }
  if ('stepId' in payload && payload.stepId !== undefined) {
    return job.view.steps.get(stepAt(job, payload.stepId, seq) ?? '')?.startedSeq ?? null
  }
  return null
}
