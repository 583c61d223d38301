import { decide, type StateRefusal } from '#domain/job/decide.ts'
import { evolve } from '#domain/job/evolve.ts'
import { fork, type JobShape } from '#domain/job/shape.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'
import type { PlacedEffect } from '#server/journal/shapeChanges.ts'

export type Judged =
  | { layer: JobShape; effects: PlacedEffect[] }
  | { refused: StateRefusal; message: string; event: PreparedEvent }

/**
 * Judges the new events of one request on top of a shape, whole or not at all. The shape stays as it is: what
 * changes is in a layer on top of it.
 *
 * @param offset events of the same job that stand before them in the flush
 */
export function judge(shape: JobShape, events: readonly PreparedEvent[], offset: number): Judged {
  const layer = fork(shape)
  const effects: PlacedEffect[] = []
  for (const [index, event] of events.entries()) {
    const verdict = decide(layer, event.type, event.facts)
    if ('refused' in verdict) return { ...verdict, event }
    for (const effect of verdict.effects) {
      evolve(layer, effect)
      effects.push({ effect, attempt: layer.attempt, offset: offset + index + 1, label: event.label })
    }
  }
  return { layer, effects }
}
