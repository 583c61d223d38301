import { now } from '#chaos/clock.ts'
import type { Fault } from '#chaos/faults/fault.ts'
import { openCrowd } from '#chaos/load/openCrowd.ts'

/** Longest that a server may take to end in order. */
const DRAIN_MS = 15_000

/** F8: SIGTERM under load with a thousand streams open. */
export const drainServer: Fault[] = [
  {
    kind: 'F8',
    name: 'SIGTERM with 1,000 streams',
    run: async (scene) => {
      const node = scene.random.pick(scene.world.nodes)
      const crowd = await openCrowd(scene, { size: 1000, node })
      await crowd.waitUntilLevel(60_000)
      const began = now()
      const code = await node.stop()
      const took = now() - began
      await node.start()
      await crowd.waitUntilLevel(60_000)
      await crowd.leave()
      if (code !== 0) throw new Error(`the server ended with exit code ${code}, not with 0`)
      if (took > DRAIN_MS) throw new Error(`the server took ${Math.round(took)} ms to end; ${DRAIN_MS} are allowed`)
    },
  },
]
