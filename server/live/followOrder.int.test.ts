import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { openLive } from '#server/live/openLive.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { drafts } from '#testing/drafts.ts'
import { openFaultProxy } from '#testing/faultProxy.ts'
import { openLiveStage } from '#testing/liveStage.ts'
import { startValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

test('hears of what another process commits while it looks at the head for the first time', async () => {
  await using valkey = await startValkey()
  await using proxy = await openFaultProxy(valkey.port)
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 1 })
  const [node] = stage.nodes
  const job = await stage.newJob()
  const client = new Redis(valkey.url)
  const { window } = windowKeys(stage.epoch, job.jobId)
  let looks = 0
  const journal = {
    ...node.journal,
    readHeads: async (jobs: Parameters<typeof node.journal.readHeads>[0]) => {
      // Only the first look is answered: no head check can make good what a late subscription misses.
      if (++looks > 1) return new Promise<never>(() => {})
      const heads = await node.journal.readHeads(jobs)
      await node.emit(job, [drafts.output('s', 'in between\n')])
      await waitFor(async () => (await client.xlen(window)) === 3)
      // The wake-up comes before this answer does.
      await sleep(100)
      proxy.shape('toServer', { kind: 'pass' })
      return heads
    },
  }
  const log = { info: () => {}, warn: () => {} }
  const valkeyUrl = `redis://127.0.0.1:${proxy.port}`
  const live = openLive({ journal, valkeyUrl, epoch: stage.epoch, log })
  await waitFor(() => live.health().valkey === 'up')
  // What this process asks of Valkey arrives late, its subscription too: a look that does not wait for it is too early.
  proxy.shape('toServer', { kind: 'delay', ms: 500 })
  const got: number[] = []
  try {
    for await (const { events } of live.follow({ ...job, after: 2, signal: AbortSignal.timeout(10_000) })) {
      got.push(...events.map(({ seq }) => seq))
      if (got.length > 0) break
    }
    expect(got).toEqual([3])
  } finally {
    await live.close()
    client.disconnect()
  }
})
