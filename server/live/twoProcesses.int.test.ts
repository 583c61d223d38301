import { expect, test } from 'vitest'
import { batchOf, collect } from '#testing/batches.ts'
import { drafts } from '#testing/drafts.ts'
import { startLivePeer } from '#testing/livePeer.ts'
import { openLiveStage } from '#testing/liveStage.ts'
import { startValkey, testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

test('brings every event to the other process before the next is sent, which the head check alone could not in time', async () => {
  await using stage = await openLiveStage({ valkeyUrl: testValkeyUrl(), nodes: 2 })
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
  const [one, two = one] = stage.nodes
  const job = await stage.newJob()
  const signal = new AbortController().signal
  const batches = two.live.follow({ ...job, after: 2, signal })[Symbol.asyncIterator]()
  await batchOf(batches.next())
  for (let i = 0; i < 200; i++) {
    await one.emit(job, [drafts.output('s', `${i}\n`)])
    expect(await batchOf(batches.next())).toMatchObject({ events: [{ seq: 3 + i }], last: 3 + i })
  }
  expect(two.live.stats().windowReads).toBeGreaterThan(150)
  await batches.return?.()
})

test('serves two real processes that emit to and follow one job', async () => {
  await using valkey = await startValkey()
  await using stage = await openLiveStage({ valkeyUrl: valkey.url, nodes: 1 })
  const job = await stage.newJob()
  const plan = { ...job, url: stage.bed.url, valkeyUrl: valkey.url, epoch: stage.epoch, requests: 300 }
  await using one = await startLivePeer({ ...plan, name: 'one' })
  await using two = await startLivePeer({ ...plan, name: 'two' })
  const mine = collect(stage.nodes[0].live, job)
  await Promise.all([one.line('emitted'), two.line('emitted')])
  await stage.nodes[0].emit(job, [drafts.completed()])
  const seqs = Array.from({ length: 603 }, (_, i) => i + 1)
  for (const peer of [one, two]) expect(JSON.parse((await peer.line('got ')).slice(4))).toEqual(seqs)
  expect((await mine).map(({ seq }) => seq)).toEqual(seqs)
})
