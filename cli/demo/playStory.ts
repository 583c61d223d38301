import { setTimeout as sleep } from 'node:timers/promises'
import type { Beat } from '#domain/story/script.ts'
import type { JobHandle } from '#sdk/handles/job.ts'

/** Records what happens in a job after its making, at so many times the speed it happened at; ends early on `signal`. */
export async function playStory(
  job: JobHandle,
  beats: readonly Beat[],
  { speed, signal }: { speed: number; signal?: AbortSignal },
): Promise<void> {
  let due = performance.now()
  for (const { type, payload, source, afterMs } of beats) {
    // From a clock that runs on, not from pause to pause: the little that each takes longer would add up.
    due += afterMs / speed
    const waitMs = due - performance.now()
    if (waitMs > 0) await sleep(waitMs, undefined, signal && { signal }).catch(() => {})
    if (signal?.aborted) return
    await job.emit({ type, payload: atSpeed(payload, speed), ...(source !== undefined && { source }) } as never)
  }
  await job.flush()
}

/** A call may not have taken longer than the job that it is part of. */
function atSpeed<Payload extends object>(payload: Payload, speed: number): Payload {
  if (!('durationMs' in payload) || typeof payload.durationMs !== 'number') return payload
  return { ...payload, durationMs: Math.round(payload.durationMs / speed) }
}
