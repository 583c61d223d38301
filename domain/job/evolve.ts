import type { Effect } from '#domain/job/decide.ts'
import { findGate, findStep, type JobShape } from '#domain/job/shape.ts'

/** Takes one effect into the top layer of a shape, in place: an accumulator that the caller owns. */
export function evolve(shape: JobShape, effect: Effect): void {
  switch (effect.kind) {
    case 'job':
      if (effect.attempt !== shape.attempt) forgetParts(shape)
      shape.state = effect.state
      shape.attempt = effect.attempt
      return
    case 'step.start': {
      if (findStep(shape, effect.id)?.run !== effect.run) shape.parts++
      const { run, explicit, parentId } = effect
      shape.steps.set(effect.id, { run, explicit, parentId, open: true })
      return
    }
    case 'step.end': {
      const step = findStep(shape, effect.id)
      if (step) shape.steps.set(effect.id, { ...step, open: false })
      return
    }
    case 'gate.start':
      shape.parts++
      shape.gates.set(effect.id, { run: effect.run, explicit: effect.explicit, open: true })
      return
    case 'gate.end': {
      const gate = findGate(shape, effect.id)
      if (gate) shape.gates.set(effect.id, { ...gate, open: false })
      return
    }
  }
}

/** A new attempt begins with no steps and gates; what was open in the last one stays unfinished. */
function forgetParts(shape: JobShape): void {
  shape.base = null
  shape.steps.clear()
  shape.gates.clear()
}
