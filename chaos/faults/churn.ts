import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '#chaos/clock.ts'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { type Holdings, measure } from '#chaos/world/measure.ts'
import type { Node } from '#chaos/world/node.ts'

/** Cycles of one fault; ten faults are the 50,000. */
const CYCLES = 5000
const WARM_UP = 1000
const AT_ONCE = 50

/** More than the load that runs beside can account for, and far less than one leak a cycle. */
const allowance: Holdings = { files: 100, mebibytes: 128, postgres: 20, valkey: 8 }

/** F10: connections that come and go; afterwards everything is as it was (I8). */
export const churn: Fault[] = [
  {
    kind: 'F10',
    name: `${CYCLES} connects and disconnects`,
    run: async (scene) => {
      const node = scene.random.pick(scene.world.nodes)
      await comeAndGo(scene, node, WARM_UP)
      const before = await measure(scene.world, node)
      await comeAndGo(scene, node, CYCLES)
      const until = now() + 30_000
      for (;;) {
        const after = await measure(scene.world, node)
        const grown = (Object.keys(allowance) as (keyof Holdings)[]).filter(
          (what) => after[what] > before[what] + allowance[what],
        )
        if (grown.length === 0) return
        if (now() > until) {
          throw new Error(grown.map((what) => `${what} went from ${before[what]} to ${after[what]}`).join(', '))
        }
        await sleep(500)
      }
    },
  },
]

async function comeAndGo({ activeJobs, random }: Scene, node: Node, cycles: number): Promise<void> {
  let left = cycles
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const [job] = random.shuffle(activeJobs())
        if (job === undefined) await sleep(50)
        else await connectOnce(`${node.directUrl}/runner-jobs/${job.jobId}/events/stream`, job.tenant.key)
      }
    }),
  )
}

/** Leaves with the first bytes, or before them. */
function connectOnce(url: string, key: string): Promise<void> {
  return new Promise((resolve) => {
    const request = get(url, { headers: { authorization: `Bearer ${key}` }, agent: false }, (response) => {
      response.on('error', () => {})
      response.once('data', () => request.destroy())
      if (response.statusCode !== 200) request.destroy()
    })
    request.on('error', () => {})
    request.on('close', () => resolve())
  })
}
