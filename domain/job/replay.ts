import type { Event } from '#domain/events/envelope.ts'
import type { Outcome } from '#domain/events/fields.ts'
import { decide, type Effect, type StateRefusal } from '#domain/job/decide.ts'
import { evolve } from '#domain/job/evolve.ts'
import { factsOf } from '#domain/job/facts.ts'
import { isFinal, type JobShape, type JobState, newShape } from '#domain/job/shape.ts'
import { addToTotals, type JobTotals, noTotals } from '#domain/job/totals.ts'

export type StepView = {
  attempt: number
  stepId: string
  run: number
  name: string
  kind: string | null
  parentStepId: string | null
  /** false while only output, progress or completion has named it */
  explicit: boolean
  startedSeq: number
  endedSeq: number | null
  startedAt: string
  endedAt: string | null
  /** null while open; what is still open when its attempt or job ends is unfinished */
  outcome: Outcome | null
}

export type GateView = {
  attempt: number
  gateId: string
  run: number
  name: string
  explicit: boolean
  startedSeq: number
  endedSeq: number | null
  startedAt: string
  endedAt: string | null
  passed: boolean | null
}

/** A job as its events so far say it is: the state at `head`. */
export type JobView = {
  head: number
  /** newest event that can change a verdict */
  shapeSeq: number
  shape: JobShape
  createdAt: string | null
  startedAt: string | null
  endedAt: string | null
  /** keyed by partKey, in order of their start */
  steps: Map<string, StepView>
  gates: Map<string, GateView>
  totals: JobTotals
}

export type PartKey = `${number}/${number}/${string}`

export function partKey(attempt: number, run: number, id: string): PartKey {
  return `${attempt}/${run}/${id}`
}

export function emptyView(): JobView {
  return {
    head: 0,
    shapeSeq: 0,
    shape: newShape(),
    createdAt: null,
    startedAt: null,
    endedAt: null,
    steps: new Map(),
    gates: new Map(),
    totals: noTotals(),
  }
}

export function stateOf(view: JobView): JobState {
  return view.shape.state
}

/**
 * Takes the next event into the view, in place.
 *
 * @returns null, or the refusal if the event could not have been recorded after those before it
 */
export function replay(view: JobView, event: Event): StateRefusal | null {
  if (event.type === 'job.created' && view.head === 0) {
    view.createdAt = event.recordedAt
    view.shapeSeq = event.seq
  } else {
    const verdict = decide(view.shape, event.type, factsOf(event.type, event.payload as never))
    if ('refused' in verdict) return verdict.refused
    for (const effect of verdict.effects) takeEffect(view, effect, event)
    if (verdict.effects.length > 0) view.shapeSeq = event.seq
  }
  view.head = event.seq
  addToTotals(view.totals, event)
  return null
}

function takeEffect(view: JobView, effect: Effect, event: Event): void {
  evolve(view.shape, effect)
  const { attempt } = view.shape
  switch (effect.kind) {
    case 'job':
      if (effect.state === 'running') view.startedAt ??= event.recordedAt
      if (isFinal(effect.state)) view.endedAt = event.recordedAt
      return
    case 'step.start': {
      const key = partKey(attempt, effect.run, effect.id)
      const known = view.steps.get(key)
      view.steps.set(key, {
        attempt,
        stepId: effect.id,
        run: effect.run,
        name: event.type === 'step.started' ? event.payload.name : effect.id,
        kind: event.type === 'step.started' ? (event.payload.kind ?? null) : null,
        parentStepId: effect.parentId,
        explicit: effect.explicit,
        startedSeq: known?.startedSeq ?? event.seq,
        startedAt: known?.startedAt ?? event.recordedAt,
        endedSeq: null,
        endedAt: null,
        outcome: null,
      })
      return
    }
    case 'step.end': {
      const step = view.steps.get(partKey(attempt, effect.run, effect.id))
      if (step) Object.assign(step, { endedSeq: event.seq, endedAt: event.recordedAt, outcome: effect.outcome })
      return
    }
    case 'gate.start':
      view.gates.set(partKey(attempt, effect.run, effect.id), {
        attempt,
        gateId: effect.id,
        run: effect.run,
        name: event.type === 'gate.started' ? event.payload.name : effect.id,
        explicit: effect.explicit,
        startedSeq: event.seq,
        startedAt: event.recordedAt,
        endedSeq: null,
        endedAt: null,
        passed: null,
      })
      return
    case 'gate.end': {
      const gate = view.gates.get(partKey(attempt, effect.run, effect.id))
      if (gate) Object.assign(gate, { endedSeq: event.seq, endedAt: event.recordedAt, passed: effect.passed })
      return
    }
  }
}
