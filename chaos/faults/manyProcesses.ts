import type { Fault } from '#chaos/faults/fault.ts'
import { passTime } from '#chaos/faults/passTime.ts'

/** F6: several processes on the same jobs, of which one goes away for a while, in order or not. */
export const manyProcesses: Fault[] = [
  {
    kind: 'F6',
    name: 'one of several processes killed',
    servers: 2,
    run: async ({ world: { nodes }, random }) => {
      const node = random.pick(nodes)
      await node.kill()
      await passTime(random, { least: 500, most: 5000 })
      await node.start()
    },
  },
  {
    kind: 'F6',
    name: 'one of several processes ended with SIGTERM',
    servers: 2,
    run: async ({ world: { nodes }, random }) => {
      const node = random.pick(nodes)
      const code = await node.stop()
      await passTime(random, { least: 0, most: 3000 })
      await node.start()
      if (code !== 0) throw new Error(`server ${node.index} ended with exit code ${code} after SIGTERM, not with 0`)
    },
  },
  {
    kind: 'F6',
    name: 'all processes but one killed',
    servers: 2,
    run: async ({ world: { nodes }, random }) => {
      const [, ...others] = random.shuffle(nodes)
      await Promise.all(others.map((node) => node.kill()))
      await passTime(random, { least: 200, most: 2000 })
      await Promise.all(others.map((node) => node.start()))
    },
  },
]
