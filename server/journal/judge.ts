import { decide, type StateRefusal } from '#domain/job/decide.ts'
import { evolve } from '#domain/job/evolve.ts'
import { fork, isFinal, type JobShape } from '#domain/job/shape.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'
import { type ShapeChanges, takeEffect } from '#server/journal/shapeChanges.ts'

export type Judged = { layer: JobShape } | { refused: StateRefusal; message: string; eventId: string }

export type Case = {
  /** new events of one request, oldest first */
  events: readonly PreparedEvent[]
  /** events of the same job that stand before them in the flush */
  offset: number
  /** takes what is accepted; on a refusal it must be thrown away */
  changes: ShapeChanges
}

/** Judges the new events of one request on top of a shape, whole or not at all. The shape stays as it is. */
export function judge(shape: JobShape, { events, offset, changes }: Case): Judged {
  const layer = fork(shape)
  for (const [index, event] of events.entries()) {
    const verdict = decide(layer, event.type, event.facts)
    if ('refused' in verdict) return { refused: verdict.refused, message: verdict.message, eventId: event.id }
    const at = offset + index + 1
    for (const effect of verdict.effects) {
      evolve(layer, effect)
      takeEffect(changes, effect, { attempt: layer.attempt, offset: at, label: event.label })
    }
    if (verdict.effects.length > 0) changes.shapeOffset = at
    if (isFinal(layer.state)) changes.finalOffset = at
  }
  return { layer }
}
