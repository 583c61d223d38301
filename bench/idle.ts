import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEmitter } from '#bench/emitter.ts'
import { inspect } from '#bench/lookInside.ts'
import { format, type Measure } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'
import { startFollowers } from '#bench/startFollowers.ts'
import { waitForFollowers } from '#bench/waitForFollowers.ts'

const FOLLOWERS = 5000
const JOBS = 100
const WARM_UP = 100
/** Longer than a head check, shorter than a heartbeat. */
const SETTLE_MS = 5000

/** What a follower costs that waits for its job to go on: resident memory of the server, with 5,000 and without. */
export async function benchIdle(stage: Stage): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  const urls: string[] = []
  for (let at = 0; at < JOBS; at++) {
    urls.push(`${stage.server.url}/runner-jobs/${await emitter.createJob(`idle-${at}`)}/events/stream`)
  }
  emitter.close()
  await using server = await inspect(stage.server)
  // What is loaded and compiled with the first follower is not the price of the others.
  const first = await startFollowers({ urls, key: stage.key, clients: WARM_UP })
  await first.end()
  await waitForFollowers(stage, 0)
  await sleep(SETTLE_MS)
  const before = await server.look()
  const kernelBefore = kernelBytes()

  const followers = await startFollowers({ urls, key: stage.key, clients: FOLLOWERS })
  await waitForFollowers(stage, FOLLOWERS)
  await sleep(SETTLE_MS)
  const after = await server.look()
  const kernel = kernelBytes() - kernelBefore
  await followers.end()

  const each = (bytes: number) => bytes / FOLLOWERS / 1024
  const [resident, heap, external] = (['resident', 'heap', 'external'] as const).map((what) =>
    each(after[what] - before[what]),
  )
  return [
    {
      figure: `${FOLLOWERS.toLocaleString('en')} followers of ${JOBS} jobs, nothing happens: ${format(after.resident / 2 ** 20)} MiB resident; each: heap ${format(heap ?? 0)}, external ${format(external ?? 0)} KiB; the kernel holds ${format(each(kernel))} KiB more for both ends of a connection`,
      baseline: `the same server without them: ${format(before.resident / 2 ** 20)} MiB resident`,
      value: resident ?? Number.NaN,
      unit: 'KiB a follower',
      limit: { most: 48 },
    },
  ]
}

/** Memory of the kernel's own objects, sockets among them, of the whole machine: about right where little else happens. */
function kernelBytes(): number {
  return Number(/^Slab:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]) * 1024
}
