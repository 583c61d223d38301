import { setTimeout as sleep } from 'node:timers/promises'
import type { Look } from '#chaos/checker/evidence.ts'
import { readWindows } from '#chaos/checker/readWindows.ts'
import { now } from '#chaos/clock.ts'
import type { EvidenceWriter } from '#chaos/evidenceWriter.ts'
import type { Random } from '#chaos/random.ts'
import type { World } from '#chaos/world/openWorld.ts'

/**
 * Looks at one event in 256 every few seconds: what was seen once must never change or go (I7). And at every window each
 * second: a hole is mended soon, and would have been served all the same (I10).
 */
export async function keepLooking(
  { owner, valkey, epoch }: World,
  { random, signal, evidence }: { random: Random; signal: AbortSignal; evidence: EvidenceWriter },
): Promise<void> {
  for (let n = 1; !signal.aborted; n++) {
    await sleep(1000, undefined, { signal }).catch(() => {})
    await epoch()
      .then((now) => readWindows(valkey.url, now))
      .then(evidence.windows, ignore)
    if (n % 5 !== 0) continue
    const byte = random.int(0, 255)
    try {
      const rows = await owner<{ key: string; value: string }[]>`
        select job_id || ' ' || seq as key, id || ' ' || encode(commitment, 'hex') as value
        from job_events where get_byte(uuid_send(id), 15) = ${byte}`
      const events = new Map(rows.map(({ key, value }) => [key, value]))
      const look: Look = { name: `during the run, ${n}`, at: now(), events }
      evidence.look(look)
    } catch {
      // PostgreSQL is away just now; the next look will do.
    }
  }
}

/** One of the two is away just now; the next look will do. */
function ignore(): void {}
