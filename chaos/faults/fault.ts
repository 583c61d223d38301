import type { ActiveJob, LoggedRequest } from '#chaos/load/emitter.ts'
import type { Transcripts } from '#chaos/load/transcript.ts'
import type { Random } from '#chaos/random.ts'
import type { World } from '#chaos/world/openWorld.ts'

export const faultKinds = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12', 'F13'] as const
export type FaultKind = (typeof faultKinds)[number]

/** What a fault may hurt, the load that runs meanwhile, and where one that brings load of its own writes it down. */
export type Scene = {
  world: World
  random: Random
  activeJobs(): ActiveJob[]
  requests: LoggedRequest[]
  transcripts: Transcripts
  /** Aborts once the run is judged: until then, what a fault leaves behind may stay. */
  ending: AbortSignal
}

export type Fault = {
  kind: FaultKind
  /** what is done, in the past tense */
  name: string
  /** server processes it takes; default 1 */
  servers?: number
  /** Hurts, waits, and heals: whole again when it resolves. @throws Error when it cannot be healed */
  run(scene: Scene): Promise<void>
}
