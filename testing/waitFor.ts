import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the look finds something, for what happens by itself some time; what it saw last is in the error. */
export async function waitFor<T>(
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
): Promise<T> {
  const until = performance.now() + 30_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > until) throw new Error(`waited for 30 s in vain: ${look}`)
    await sleep(20)
  }
}
