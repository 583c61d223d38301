import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { migrate } from '#db/migrate.ts'
import type { JobAddress, StoredEvent } from '#server/journal/journal.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { collect } from '#testing/batches.ts'
import { drafts } from '#testing/drafts.ts'
import { type LiveNode, type LiveStage, openLiveStage } from '#testing/liveStage.ts'
import { startPostgres } from '#testing/postgres.ts'
import { startValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

const lines = (count: number, text: string) =>
  Array.from({ length: count }, (_, i) => drafts.output('s', `${text} ${i}\n`))

/** Two processes on a PostgreSQL and a Valkey of their own. */
async function openStage() {
  await using opened = new AsyncDisposableStack()
  const postgres = opened.use(await startPostgres())
  const valkey = opened.use(await startValkey())
  await migrate({ url: postgres.url })
  const stage = opened.use(await openLiveStage({ valkeyUrl: valkey.url, nodes: 2, databaseUrl: postgres.url }))
  const client = opened.adopt(new Redis(valkey.url), (it) => it.disconnect())
  const whole = opened.move()
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
  return { postgres, stage, client, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}

/** Follows in the background. */
function watch({ live }: LiveNode, job: JobAddress, after = 0) {
  const seen = { got: [] as StoredEvent[], error: null as unknown }
  void (async () => {
    for await (const { events } of live.follow({ ...job, after, signal: new AbortController().signal })) {
      seen.got.push(...events)
    }
  })().catch((error: unknown) => {
    seen.error = error
  })
  return seen
}

const ahead = expect.objectContaining({ code: 'CURSOR_AHEAD' })

async function epochOf({ bed }: LiveStage): Promise<string> {
  const [row] = await bed.owner<{ epoch: string }[]>`select epoch from instance`
  return row?.epoch ?? ''
}

test('gives nobody an event that a restore took away, nor a mix, while Valkey holds the lost future', async () => {
  await using setUp = await openStage()
  const { postgres, stage, client } = setUp
  const [one, two = one] = stage.nodes
  const [hurt, kept, quiet] = [await stage.newJob(), await stage.newJob(), await stage.newJob()]
  for (const job of [hurt, kept, quiet]) await one.emit(job, lines(18, 'kept'))
  const epochs = [stage.epoch]
  await postgres.keepCopy()
  const late = await stage.newJob()
  const watchers = [one, two].map((node) => ({
    hurt: watch(node, hurt),
    kept: watch(node, kept),
    late: watch(node, late),
    behind: watch(node, hurt, 12),
  }))
  await one.emit(hurt, lines(10, 'lost'))
  await waitFor(() => watchers.every((each) => each.hurt.got.length === 30 && each.behind.got.length === 18))
  await waitFor(() => watchers.every((each) => each.kept.got.length === 20 && each.late.got.length === 2))
  epochs.push(await epochOf(stage))
  // windows are written behind the followers' backs
  const future = windowKeys(epochs[1] ?? '', hurt.jobId).window
  await waitFor(async () => (await client.xlen(future)) === 30)

  await postgres.restoreCopy()
  // As soon as the database answers, others take the places of the lost events.
  await two.emit(hurt, lines(6, 'new'))
  await two.emit(kept, lines(1, 'new'))
  // Who is new, or comes back with an event that still stands, is given the journal.
  for (const node of [one, two]) {
    const [fresh, again] = [watch(node, hurt), watch(node, quiet, 20)]
    await waitFor(() => fresh.got.length === 26)
    expect(fresh.got).toEqual(await stage.stored(hurt))
    expect([again.got, again.error]).toEqual([[], null])
  }
  // Who was given what is gone is told so, and was given nothing after it.
  await waitFor(() => watchers.every((each) => each.hurt.error && each.behind.error && each.late.error))
  for (const { hurt: held, behind, late: whole } of watchers) {
    expect([held.error, behind.error, whole.error]).toEqual([ahead, ahead, ahead])
    expect([held.got.length, behind.got.length, whole.got.length]).toEqual([30, 18, 2])
  }
  // Also when the job has come further meanwhile than they had.
  await one.emit(hurt, lines(20, 'newer'))
  for (const node of [one, two]) await expect(collect(node.live, hurt, 30)).rejects.toEqual(ahead)
  // Who follows a job that lost nothing notices nothing.
  await waitFor(() => watchers.every((each) => each.kept.got.length === 21))
  for (const each of watchers) expect([each.kept.got, each.kept.error]).toEqual([await stage.stored(kept), null])
  // And the windows are those of the journal as it is now.
  epochs.push(await epochOf(stage))
  expect(new Set(epochs).size).toBe(3)
  for (const job of [hurt, kept]) {
    const { window } = windowKeys(epochs[2] ?? '', job.jobId)
    const stored = await stage.stored(job)
    await waitFor(async () => (await client.xlen(window)) === stored.length)
    const entries = await client.xrange(window, '-', '+')
    expect(entries.map(([, fields]) => fields[3])).toEqual(stored.map(({ json }) => json))
  }
  await one.emit(kept, [drafts.completed()])
  await waitFor(() => watchers.every((each) => each.kept.got.at(-1)?.type === 'job.completed'))
})

test('lets everybody go on through a plain restart of PostgreSQL, which took nothing away', async () => {
  await using setUp = await openStage()
  const { postgres, stage } = setUp
  const job = await stage.newJob()
  const watchers = stage.nodes.map((node) => watch(node, job))
  await stage.nodes[0].emit(job, lines(5, 'before'))
  await waitFor(() => watchers.every(({ got }) => got.length === 7))
  for (const end of [() => postgres.kill9(), () => postgres.stop()]) {
    await end()
    await postgres.restart()
    for (const [i, node] of stage.nodes.entries()) await node.emit(job, lines(5, `after ${i}`))
  }
  await stage.nodes[0].emit(job, [drafts.completed()])
  const stored = await stage.stored(job)
  await waitFor(() => watchers.every(({ got }) => got.length === stored.length))
  for (const { got, error } of watchers) expect([got, error]).toEqual([stored, null])
})
