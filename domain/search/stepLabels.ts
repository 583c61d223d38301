import { type PartKey, partKey, type StepView } from '#domain/job/replay.ts'

/** Steps around a step that are looked at: a chain of 10,000 would cost its square. */
const LEVELS = 32

type Labelled = { names: readonly string[]; path: string; idPath: string; depth: number; parent: Labelled | null }

/**
 * What each step's run may be called in a filter: its id, its name, its path of ids and of names (`test/e2e`), and all
 * that the steps around it are called, so that `step:test` takes in what happened inside.
 */
export function stepLabels(steps: Iterable<StepView>): Map<PartKey, readonly string[]> {
  const newest = new Map<string, Labelled>()
  const labels = new Map<PartKey, readonly string[]>()
  for (const step of [...steps].sort((a, b) => a.startedSeq - b.startedSeq)) {
    const { attempt, run, stepId, name, parentStepId } = step
    const around = parentStepId === null ? null : (newest.get(`${attempt}/${parentStepId}`) ?? null)
    const labelled = label(stepId, name, around)
    newest.set(`${attempt}/${stepId}`, labelled)
    labels.set(partKey(attempt, run, stepId), namesWithin(labelled))
  }
  return labels
}

function label(stepId: string, name: string, parent: Labelled | null): Labelled {
  if (parent === null || parent.depth >= LEVELS) {
    return { names: [...new Set([stepId, name])], path: name, idPath: stepId, depth: 1, parent }
  }
  const path = `${parent.path}/${name}`
  const idPath = `${parent.idPath}/${stepId}`
  return { names: [...new Set([stepId, name, path, idPath])], path, idPath, depth: parent.depth + 1, parent }
}

function namesWithin(labelled: Labelled): readonly string[] {
  const names = new Set<string>()
  let level = 0
  for (let at: Labelled | null = labelled; at !== null && level < LEVELS; at = at.parent) {
    for (const name of at.names) names.add(name)
    level++
  }
  return [...names]
}
