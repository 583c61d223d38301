import { v7 as uuid } from 'uuid'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import type { Item } from '#sdk/emit/prepareDraft.ts'

/** Events of one job that were given up one after another because the buffer was full. */
export type Gap = { from: string; until: string; bytes: number; byType: Map<EventType, number> }

/**
 * May this event be given up? Not what state hangs on: without a start, an end or a decision the job would lie about
 * itself for ever.
 */
export function isDroppable(type: EventType): boolean {
  return type === 'step.output' || type === 'step.progress' || type.startsWith('ai.')
}

export function widenGap(gap: Gap | undefined, item: Pick<Item, 'type' | 'bytes'>, now: string): Gap {
  const wide = gap ?? { from: now, until: now, bytes: 0, byType: new Map<EventType, number>() }
  wide.until = now
  wide.bytes += item.bytes
  wide.byType.set(item.type, (wide.byType.get(item.type) ?? 0) + 1)
  return wide
}

/**
 * The gap as a step of its own, in the place of what is missing: it shows on the time line, is found by its kind
 * `waybill.gap`, and leaves the output of every other step what its command wrote.
 */
export function gapDrafts(gap: Gap): Draft[] {
  const stepId = `waybill-gap-${uuid()}`
  const counts = Array.from(gap.byType, ([type, count]) => `${count} ${type}`)
  const message =
    `${counts.join(', ')} (${gap.bytes} bytes) were dropped between ${gap.from} and ${gap.until}: ` +
    "the emitter's buffer was full."
  return [
    {
      type: 'step.started',
      payload: { stepId, name: 'Events dropped', kind: 'waybill.gap' },
      occurredAt: gap.from,
    },
    {
      type: 'step.completed',
      payload: { stepId, outcome: 'skip', error: { code: 'BUFFER_FULL', message } },
      occurredAt: gap.until,
    },
  ]
}
