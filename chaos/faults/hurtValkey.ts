import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { passTime } from '#chaos/faults/passTime.ts'

/** F3: Valkey goes away, stands still, forgets, remembers the past, or has no room. */
export const hurtValkey: Fault[] = [
  {
    kind: 'F3',
    name: 'Valkey killed and restarted empty',
    run: async ({ world: { valkey }, random }) => {
      await valkey.kill9()
      await passTime(random, { least: 0, most: 5000 })
      await valkey.restart()
    },
  },
  {
    kind: 'F3',
    name: 'Valkey stood still',
    run: async ({ world: { valkey }, random }) => {
      process.kill(valkey.pid, 'SIGSTOP')
      // Rarely as long as it takes for every time-out to have passed.
      await passTime(random, { least: 200, most: random.chance(0.02) ? 60_000 : 8000 })
      process.kill(valkey.pid, 'SIGCONT')
    },
  },
  { kind: 'F3', name: 'FLUSHALL', run: (scene) => withValkey(scene, async (valkey) => void (await valkey.flushall())) },
  {
    kind: 'F3',
    name: 'a window deleted',
    run: (scene) =>
      withValkey(scene, async (valkey) => {
        const windows = await valkey.keys('waybill:*:window')
        const [window] = scene.random.shuffle(windows)
        if (window !== undefined) await valkey.del(window)
      }),
  },
  {
    kind: 'F3',
    name: 'an older snapshot restored',
    run: (scene) =>
      withValkey(scene, async (valkey) => {
        const windows = await valkey.keys('waybill:*:window')
        const older = await Promise.all(windows.map(async (key) => [key, await valkey.dumpBuffer(key)] as const))
        await sleep(scene.random.int(300, 3000))
        await valkey.flushall()
        for (const [key, dump] of older) if (dump !== null) await valkey.restore(key, 3_600_000, dump, 'REPLACE')
      }),
  },
  ...(['noeviction', 'allkeys-lru'] as const).map(
    (policy): Fault => ({
      kind: 'F3',
      name: `out of memory with ${policy}`,
      run: (scene) =>
        withValkey(scene, async (valkey) => {
          await valkey.config('SET', 'maxmemory-policy', policy)
          await valkey.config('SET', 'maxmemory', '1mb')
          await passTime(scene.random, { least: 300, most: 5000 })
          await valkey.config('SET', 'maxmemory', '0')
        }),
    }),
  ),
]

/** With a connection past the proxies. */
async function withValkey({ world: { valkey } }: Scene, act: (client: Redis) => Promise<void>): Promise<void> {
  const client = new Redis(valkey.url, { maxRetriesPerRequest: 5 })
  client.on('error', () => {})
  try {
    await act(client)
  } finally {
    client.disconnect()
  }
}
