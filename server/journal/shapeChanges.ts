import type { Effect } from '#domain/job/decide.ts'
import { type PartKey, partKey } from '#domain/job/replay.ts'
import { isFinal } from '#domain/job/shape.ts'

/** Offsets (1, 2, 3 … among the events of one job in one flush) stand for seqs, which only the row lock can give. */
export type PartChange = {
  attempt: number
  id: string
  run: number
  name: string
  kind: string | null
  parent: string | null
  explicit: boolean
  /** null if it was stored before this flush */
  start: number | null
  end: number | null
  outcome: string | null
  passed: boolean | null
  /** newest event of this flush that changed it */
  changed: number
}

/** What the events of one job in one flush change in jobs, steps and gates: the last argument of append_events. */
export type ShapeChanges = {
  /** newest event with an effect; null if the shape stays as it is */
  shapeOffset: number | null
  finalOffset: number | null
  started: boolean
  steps: Map<PartKey, PartChange>
  gates: Map<PartKey, PartChange>
}

export function noChanges(): ShapeChanges {
  return { shapeOffset: null, finalOffset: null, started: false, steps: new Map(), gates: new Map() }
}

/** An effect, in which attempt, by which event, and the name and kind that event gives to a part. */
export type PlacedEffect = {
  effect: Effect
  attempt: number
  offset: number
  label: { name: string; kind: string | null } | null
}

/** Takes one effect into the changes, in place. Effects come in the order of their offsets. */
export function takeEffect(changes: ShapeChanges, placed: PlacedEffect): void {
  changes.shapeOffset = placed.offset
  const { effect, offset } = placed
  switch (effect.kind) {
    case 'job':
      if (effect.state === 'running') changes.started = true
      if (isFinal(effect.state)) changes.finalOffset = offset
      return
    case 'step.start':
      changePart(changes.steps, effect, placed, (known) => ({
        ...newPart(effect, placed),
        explicit: effect.explicit,
        parent: effect.parentId,
        start: known?.start ?? offset,
      }))
      return
    case 'step.end':
      changePart(changes.steps, effect, placed, (known) => ({
        ...(known ?? newPart(effect, placed)),
        end: offset,
        outcome: effect.outcome,
      }))
      return
    case 'gate.start':
      changePart(changes.gates, effect, placed, () => ({
        ...newPart(effect, placed),
        explicit: effect.explicit,
        start: offset,
      }))
      return
    case 'gate.end':
      changePart(changes.gates, effect, placed, (known) => ({
        ...(known ?? newPart(effect, placed)),
        end: offset,
        passed: effect.passed,
      }))
      return
  }
}

type PartEffect = { id: string; run: number }

function changePart(
  parts: Map<PartKey, PartChange>,
  { id, run }: PartEffect,
  { attempt, offset }: PlacedEffect,
  change: (known: PartChange | undefined) => PartChange,
): void {
  const key = partKey(attempt, run, id)
  parts.set(key, { ...change(parts.get(key)), changed: offset })
}

function newPart({ id, run }: PartEffect, { attempt, offset, label }: PlacedEffect): PartChange {
  return {
    attempt,
    id,
    run,
    name: label?.name ?? id,
    kind: label?.kind ?? null,
    parent: null,
    explicit: false,
    start: null,
    end: null,
    outcome: null,
    passed: null,
    changed: offset,
  }
}
