import type { Effect } from '#domain/job/decide.ts'
import { type PartKey, partKey } from '#domain/job/replay.ts'

/** Offsets (1, 2, 3 … among the events of one job in one flush) stand for seqs, which only the row lock can give. */
export type PartChange = {
  attempt: number
  id: string
  run: number
  name: string
  kind: string | null
  parent: string | null
  explicit: boolean
  start: number | null
  end: number | null
  outcome: string | null
  passed: boolean | null
}

/** What the events of one job in one flush change in jobs, steps and gates: the last argument of append_events. */
export type ShapeChanges = {
  shapeOffset: number | null
  finalOffset: number | null
  started: boolean
  steps: Map<PartKey, PartChange>
  gates: Map<PartKey, PartChange>
}

export function noChanges(): ShapeChanges {
  return { shapeOffset: null, finalOffset: null, started: false, steps: new Map(), gates: new Map() }
}

/** A copy that may be thrown away; the changes of parts are replaced, never written to. */
export function copyChanges(changes: ShapeChanges): ShapeChanges {
  return { ...changes, steps: new Map(changes.steps), gates: new Map(changes.gates) }
}

type Place = { attempt: number; offset: number; label: { name: string; kind: string | null } | null }

export function takeEffect(changes: ShapeChanges, effect: Effect, { attempt, offset, label }: Place): void {
  if (effect.kind === 'job') {
    if (effect.state === 'running') changes.started = true
    return
  }
  const parts = effect.kind === 'step.start' || effect.kind === 'step.end' ? changes.steps : changes.gates
  const key = partKey(attempt, effect.run, effect.id)
  const known = parts.get(key)
  const blank: PartChange = {
    attempt,
    id: effect.id,
    run: effect.run,
    name: label?.name ?? effect.id,
    kind: label?.kind ?? null,
    parent: null,
    explicit: false,
    start: null,
    end: null,
    outcome: null,
    passed: null,
  }
  switch (effect.kind) {
    case 'step.start':
      parts.set(key, { ...blank, parent: effect.parentId, explicit: effect.explicit, start: known?.start ?? offset })
      return
    case 'gate.start':
      parts.set(key, { ...blank, explicit: effect.explicit, start: offset })
      return
    case 'step.end':
      parts.set(key, { ...(known ?? blank), end: offset, outcome: effect.outcome })
      return
    case 'gate.end':
      parts.set(key, { ...(known ?? blank), end: offset, passed: effect.passed })
      return
  }
}
