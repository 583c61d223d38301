export type JobState = 'pending' | 'running' | 'success' | 'failed' | 'cancelled'

export const jobStates: readonly JobState[] = ['pending', 'running', 'success', 'failed', 'cancelled']

export function isFinal(state: JobState): boolean {
  return state === 'success' || state === 'failed' || state === 'cancelled'
}

/** The newest run of a step in the current attempt. */
export type StepShape = { run: number; open: boolean; explicit: boolean; parentId: string | null }
/** The newest run of a gate in the current attempt. */
export type GateShape = { run: number; open: boolean; explicit: boolean }

/**
 * What a verdict needs to know of a job. A layer: what is not in its own maps is looked up in `base`, so that a request
 * can be judged on top of a shape and thrown away if it is refused.
 */
export type JobShape = {
  base: JobShape | null
  state: JobState
  /** 1 for the first; a retry opens the next */
  attempt: number
  /** steps and gates so far: all attempts, all runs */
  parts: number
  /** current attempt only */
  steps: Map<string, StepShape>
  gates: Map<string, GateShape>
}

/** The shape that job.created gives. */
export function newShape(): JobShape {
  return { base: null, state: 'pending', attempt: 1, parts: 0, steps: new Map(), gates: new Map() }
}

export function findStep(shape: JobShape, id: string): StepShape | undefined {
  for (let layer: JobShape | null = shape; layer; layer = layer.base) {
    const step = layer.steps.get(id)
    if (step) return step
  }
  return undefined
}

export function findGate(shape: JobShape, id: string): GateShape | undefined {
  for (let layer: JobShape | null = shape; layer; layer = layer.base) {
    const gate = layer.gates.get(id)
    if (gate) return gate
  }
  return undefined
}

/** An empty layer on top of `shape`, which stays as it is. */
export function fork(shape: JobShape): JobShape {
  return { ...shape, base: shape, steps: new Map(), gates: new Map() }
}

/** Takes what a layer holds into the shape it was forked from. The layer must not be used afterwards. */
export function merge(layer: JobShape, into: JobShape): void {
  if (layer.attempt !== into.attempt) {
    into.base = null
    into.steps.clear()
    into.gates.clear()
  }
  into.state = layer.state
  into.attempt = layer.attempt
  into.parts = layer.parts
  for (const [id, step] of layer.steps) into.steps.set(id, step)
  for (const [id, gate] of layer.gates) into.gates.set(id, gate)
}
