import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '#chaos/faults/fault.ts'
import { passTime, within } from '#chaos/faults/passTime.ts'
import { patiently } from '#chaos/world/patiently.ts'

/** F2: connections, server and answers of PostgreSQL. */
export const hurtPostgres: Fault[] = [
  {
    kind: 'F2',
    name: 'backends terminated in a loop',
    run: async ({ world: { owner }, random }) => {
      for (let round = random.int(3, 15); round > 0; round--) {
        await patiently(
          () => owner`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'waybill'`,
        )
        await sleep(random.int(20, 300))
      }
    },
  },
  {
    kind: 'F2',
    name: 'PostgreSQL killed and restarted',
    run: async ({ world: { postgres }, random }) => {
      await postgres.kill9()
      await passTime(random, { least: 0, most: 4000 })
      await postgres.restart()
    },
  },
  {
    kind: 'F2',
    name: 'PostgreSQL stopped and restarted',
    run: async ({ world: { postgres }, random }) => {
      await postgres.stop()
      await passTime(random, { least: 0, most: 4000 })
      await postgres.restart()
    },
  },
  {
    kind: 'F2',
    name: "the commit's answer dropped",
    run: async ({ world: { nodes }, random }) => {
      const { database } = random.pick(nodes)
      let left = random.int(1, 10)
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = database.intercept('toServer', '"shapeSeq"', ({ chunk, cut, onAnswer }) => {
        if (left > 0 && random.chance(0.5)) {
          left--
          onAnswer(() => {
            cut()
            if (left === 0) resolve()
            return Buffer.alloc(0)
          })
        }
        return chunk
      })
      await within(promise, 3000)
      stop()
    },
  },
]
