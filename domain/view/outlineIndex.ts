import type { EventType } from '#domain/events/catalogue.ts'
import { isStructural } from '#domain/view/outline.ts'
import { addToRuns } from '#domain/view/seqRuns.ts'

/** Which events the outline of a job holds, as seqs: a million lines of output between two of them cost nothing. */
export type OutlineIndex = {
  /** structural events and those that started a step (seqRuns.ts) */
  runs: number[]
  /** seq of the newest step.progress of each run of a step, by partKey */
  progress: Record<string, number>
}

export function noOutline(): OutlineIndex {
  return { runs: [], progress: {} }
}

export type OutlineEntry = {
  seq: number
  type: EventType
  /** partKey of the step's run that it belongs to; of step.output and step.progress only */
  scope: string
  /** it started that run itself */
  startsStep: boolean
}

/** Takes the next event of the job into the index, in place. */
export function addToOutline(index: OutlineIndex, { seq, type, scope, startsStep }: OutlineEntry): void {
  if (isStructural(type) || startsStep) addToRuns(index.runs, seq)
  if (type === 'step.progress') index.progress[scope] = seq
}
