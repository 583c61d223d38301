import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRecord } from '#chaos/checker/evidence.ts'
import { now } from '#chaos/clock.ts'
import type { Scene } from '#chaos/faults/fault.ts'
import { within } from '#chaos/faults/passTime.ts'
import type { PlannedFault } from '#chaos/plan.ts'

export type Injection = {
  scene: Omit<Scene, 'random'>
  plan: Iterable<PlannedFault>
  /** no fault begins after it */
  until: number
  say(line: string): void
}

/** Longest that a fault may take to be whole again; beyond it the run is over. */
const HEALING_MS = 180_000

/** One fault after the other, so that what goes wrong has one cause. */
export async function injectFaults({ scene, plan, until, say }: Injection): Promise<FaultRecord[]> {
  const records: FaultRecord[] = []
  for (const { index, fault, random, restMs } of plan) {
    await sleep(restMs)
    if (now() >= until) break
    const startedAt = now()
    let failure: string | null = null
    try {
      const ended = await within(fault.run({ ...scene, random }), HEALING_MS)
      if (ended === 'late') failure = `was not whole again after ${HEALING_MS / 1000} s`
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    const healedAt = now()
    records.push({ index, kind: fault.kind, name: fault.name, startedAt, healedAt, failure })
    const took = ((healedAt - startedAt) / 1000).toFixed(1)
    say(
      `${String(index).padStart(4)}  ${fault.kind}  ${fault.name}, ${took} s${failure === null ? '' : `: ${failure}`}`,
    )
    if (failure !== null && fault.kind !== 'F11') break
  }
  return records
}
