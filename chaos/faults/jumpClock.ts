import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '#chaos/faults/fault.ts'

const preload = new URL('../world/clockJump.ts', import.meta.url).href

/** F12, first half: the clock of a server jumps an hour ahead, two back, and home, under load. */
export const jumpClock: Fault[] = [
  {
    kind: 'F12',
    name: "a server's clock jumped an hour",
    run: async ({ world: { nodes }, random }) => {
      const node = random.pick(nodes)
      await node.kill()
      await node.start({ NODE_OPTIONS: `--import=${preload} --disable-warning=ExperimentalWarning` })
      for (let jump = 0; jump < 3; jump++) {
        await sleep(random.int(1000, 4000))
        process.kill(node.pid(), 'SIGUSR2')
      }
      await sleep(random.int(500, 2000))
      await node.kill()
      await node.start()
    },
  },
]
