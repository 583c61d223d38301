import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { passTime } from '#chaos/faults/passTime.ts'
import type { Take } from '#testing/faultProxy.ts'

/** Ends every wake-up's channel; a message on it carries it, and so does no other reply but the one to SUBSCRIBE. */
const wake = ':wake\r\n$'
const none = Buffer.alloc(0)

/** F5: wake-ups lost, repeated, reordered, invented: they are hints, so nothing may depend on one. */
export const loseWakeUps: Fault[] = [
  {
    kind: 'F5',
    name: 'every wake-up lost',
    servers: 2,
    run: (scene) => intercepted(scene, () => none),
  },
  {
    kind: 'F5',
    name: 'the last wake-ups of a burst lost',
    servers: 2,
    run: async ({ world: { nodes }, random }) => {
      const stops = nodes.map(({ valkey }) => valkey.intercept('toClient', wake, () => none))
      await sleep(random.int(50, 600))
      for (const stop of stops) stop()
    },
  },
  {
    kind: 'F5',
    name: 'wake-ups repeated',
    servers: 2,
    run: (scene) => intercepted(scene, ({ chunk }) => Buffer.concat([chunk, chunk, chunk])),
  },
  {
    kind: 'F5',
    name: 'wake-ups reordered',
    servers: 2,
    run: (scene) => {
      let held: Buffer | null = null
      return intercepted(scene, ({ chunk }) => {
        const former = held
        held = former === null ? chunk : null
        return former === null ? none : Buffer.concat([chunk, former])
      })
    },
  },
  {
    kind: 'F5',
    name: 'wake-ups invented',
    run: async ({ world: { valkey, epoch }, random, activeJobs }) => {
      const client = new Redis(valkey.url, { maxRetriesPerRequest: 5 })
      client.on('error', () => {})
      const messages = ['1 1', '5 9', '1 1000000', '', 'nonsense', '9 5', '-3 -1', '1 9007199254740993'] as const
      for (let round = random.int(5, 40); round > 0; round--) {
        for (const { jobId } of activeJobs()) {
          await client.publish(`waybill:${epoch}:{${jobId}}:wake`, random.pick(messages))
        }
        await sleep(random.int(5, 60))
      }
      client.disconnect()
    },
  },
]

async function intercepted({ world: { nodes }, random }: Scene, take: Take): Promise<void> {
  const stop = random.pick(nodes).valkey.intercept('toClient', wake, take)
  await passTime(random, { least: 300, most: 4000 })
  stop()
}
