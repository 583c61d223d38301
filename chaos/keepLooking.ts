import { setTimeout as sleep } from 'node:timers/promises'
import type { Look } from '#chaos/checker/evidence.ts'
import { now } from '#chaos/clock.ts'
import type { Random } from '#chaos/random.ts'
import type { World } from '#chaos/world/openWorld.ts'

/** Looks at one event in 256 every few seconds: what was seen once must never change or go (I7). */
export async function keepLooking(
  { owner }: World,
  { random, signal, write }: { random: Random; signal: AbortSignal; write(look: Look): void },
): Promise<void> {
  for (let n = 1; !signal.aborted; n++) {
    await sleep(5000, undefined, { signal }).catch(() => {})
    const byte = random.int(0, 255)
    try {
      const rows = await owner<{ key: string; value: string }[]>`
        select job_id || ' ' || seq as key, id || ' ' || encode(commitment, 'hex') as value
        from job_events where get_byte(uuid_send(id), 15) = ${byte}`
      const events = new Map(rows.map(({ key, value }) => [key, value]))
      write({ name: `during the run, ${n}`, at: now(), events })
    } catch {
      // PostgreSQL is away just now; the next look will do.
    }
  }
}
