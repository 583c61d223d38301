import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { passTime } from '#chaos/faults/passTime.ts'
import { openCrowd } from '#chaos/load/openCrowd.ts'
import { patiently } from '#chaos/world/patiently.ts'
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
    run: loseLastOfBurst,
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
      const now = await patiently(epoch)
      const client = new Redis(valkey.url, { maxRetriesPerRequest: 5 })
      client.on('error', () => {})
      const messages = ['1 1', '5 9', '1 1000000', '', 'nonsense', '9 5', '-3 -1', '1 9007199254740993'] as const
      for (let round = random.int(5, 40); round > 0; round--) {
        for (const { jobId } of activeJobs()) {
          await client.publish(`waybill:${now}:{${jobId}}:wake`, random.pick(messages))
        }
        await sleep(random.int(5, 60))
      }
      client.disconnect()
    },
  },
]

/** Nothing follows that could tell its followers what they missed: they stay, and the checker sees when they are level. */
async function loseLastOfBurst(scene: Scene): Promise<void> {
  const [node, other = node] = scene.random.shuffle(scene.world.nodes)
  if (node === undefined || other === undefined) return
  const crowd = await openCrowd(scene, { size: 3, node, isSilent: true })
  scene.ending.addEventListener('abort', () => void crowd.leave())
  await crowd.waitUntilLevel(15_000)
  const stop = node.valkey.intercept('toClient', wake, () => none)
  for (let left = scene.random.int(1, 5); left > 0; left--) await crowd.say(other)
  // On their way for a moment still.
  await sleep(100)
  stop()
}

async function intercepted({ world: { nodes }, random }: Scene, take: Take): Promise<void> {
  const stop = random.pick(nodes).valkey.intercept('toClient', wake, take)
  await passTime(random, { least: 300, most: 4000 })
  stop()
}
