import type { Fault } from '#chaos/faults/fault.ts'
import type { PlannedFault } from '#chaos/plan.ts'
import type { Random } from '#chaos/random.ts'

/** Rounds of a rolling deploy: in each, every server is restarted, one by one, the next once the last is ready again. */
export function* planRollingRestarts(rounds: number, servers: number, random: Random): Generator<PlannedFault> {
  let index = 0
  for (let round = 1; round <= rounds; round++) {
    for (const server of random.shuffle(Array.from({ length: servers }, (_, at) => at))) {
      const own = random.fork(`restart ${index}`)
      yield { index, fault: restart(server, round), random: own, restMs: own.int(0, 500) }
      index++
    }
  }
}

function restart(server: number, round: number): Fault {
  return {
    kind: 'F6',
    name: `round ${round}: server ${server} restarted`,
    run: async ({ world: { nodes } }) => {
      const node = nodes[server]
      const code = await node?.stop()
      await node?.start()
      if (code !== 0) throw new Error(`server ${server} ended with exit code ${code} after SIGTERM, not with 0`)
    },
  }
}
