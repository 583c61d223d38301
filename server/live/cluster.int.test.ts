import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import { openValkey } from '#server/live/valkey.ts'
import { windowKeys } from '#server/live/windowKeys.ts'
import { batchOf, collect } from '#testing/batches.ts'
import { drafts } from '#testing/drafts.ts'
import { type LiveStage, openLiveStage } from '#testing/liveStage.ts'
import { type ClusterNode, startValkeyCluster, type TestCluster } from '#testing/valkeyCluster.ts'
import { waitFor } from '#testing/waitFor.ts'

const lines = (count: number) => Array.from({ length: count }, (_, i) => drafts.output('s', `line ${i}\n`))

let cluster: TestCluster
let stage: LiveStage

beforeEach(async () => {
  cluster = await startValkeyCluster()
  stage = await openLiveStage({ valkeyUrl: cluster.url, nodes: 2 })
  await waitFor(() => stage.nodes.every(({ live }) => live.health().valkey === 'up'))
})

afterEach(async () => {
  await stage[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

const windowKeyOf = ({ jobId }: JobAddress) => windowKeys(stage.epoch, jobId).window

/** A job whose window lies on each master. */
async function jobOfEach(): Promise<[JobAddress, JobAddress, JobAddress]> {
  const found = new Map<number, JobAddress>()
  while (found.size < 3) {
    const job = await stage.newJob()
    found.set(await cluster.homeOf(windowKeyOf(job)), job)
  }
  const [one, two, three] = [found.get(0), found.get(1), found.get(2)]
  if (!one || !two || !three) throw new Error('a master is missing')
  return [one, two, three]
}

/** Emits to all jobs, at both nodes in turn, until told to stop. */
function load(jobs: readonly JobAddress[]) {
  let stopped = false
  const emitting = jobs.map(async (job) => {
    for (let i = 0; !stopped; i++) await (stage.nodes[i % 2] ?? stage.nodes[0]).emit(job, lines(5))
  })
  return async () => {
    stopped = true
    await Promise.all(emitting)
  }
}

async function grow(job: JobAddress, by: number): Promise<void> {
  const { length } = await stage.stored(job)
  await waitFor(async () => (await stage.stored(job)).length > length + by)
}

/** The newest 1,000 events as PostgreSQL has them, on the node that serves them. */
async function expectWholeWindow({ client }: ClusterNode, job: JobAddress): Promise<void> {
  const stored = (await stage.stored(job)).slice(-1000).map(({ seq, json }) => [`${seq}-0`, json])
  const held = async () =>
    (await client.xrange(windowKeyOf(job), '-', '+')).map(([id, [, , , json]]) => [id, json] as const)
  await waitFor(async () => (await held()).at(-1)?.[0] === stored.at(-1)?.[0])
  expect(await held()).toEqual(stored)
}

/** Wake-ups reach the other process: without them each event would wait for a head check, which counts what it finds. */
async function expectWakeUps(job: JobAddress): Promise<void> {
  const [one, two = one] = stage.nodes
  const after = (await stage.stored(job)).length
  const signal = new AbortController().signal
  const batches = two.live.follow({ ...job, after, signal })[Symbol.asyncIterator]()
  await batchOf(batches.next())
  await waitFor(async () => {
    const before = two.live.stats().headsRepaired
    for (let i = 0; i < 20; i++) {
      await one.emit(job, lines(1))
      await batchOf(batches.next())
    }
    return two.live.stats().headsRepaired - before <= 1
  })
  await batches.return?.()
}

/** Follows the jobs on both nodes under load while something happens; nothing is missed, and all is whole afterwards. */
async function expectUnharmed(jobs: readonly [JobAddress, ClusterNode][], happening: () => Promise<void>) {
  const followers = jobs.flatMap(([job]) =>
    stage.nodes.map(({ live }, index) => ({ job, index, got: collect(live, job, index) })),
  )
  const stop = load(jobs.map(([job]) => job))
  for (const [job] of jobs) await grow(job, 150)
  await happening()
  for (const [job] of jobs) await grow(job, 150)
  await stop()
  for (const [job, home] of jobs) await expectWholeWindow(home, job)
  for (const [job] of jobs) await expectWakeUps(job)
  for (const [job] of jobs) await stage.nodes[0].emit(job, [drafts.completed()])
  for (const { job, index, got } of followers) expect(await got).toEqual((await stage.stored(job)).slice(index))
}

test('misses and repeats nothing when a master is killed and an empty node takes over its slots', async () => {
  const [one, two, three] = await jobOfEach()
  const [first, second, third] = cluster.masters
  const spare = await cluster.addNode()
  await expectUnharmed(
    [
      [one, first],
      [two, spare],
      [three, third],
    ],
    async () => {
      await second.kill9()
      await grow(two, 50)
      await cluster.takeOver(spare, second)
    },
  )
})

test('misses and repeats nothing when a master is killed and its copy is promoted', async () => {
  const [one, two, three] = await jobOfEach()
  const [first, second, third] = cluster.masters
  const copy = await cluster.addNode()
  await cluster.copy(copy, first)
  await expectUnharmed(
    [
      [one, copy],
      [two, second],
      [three, third],
    ],
    async () => {
      await first.kill9()
      await grow(one, 50)
      await cluster.promote(copy)
    },
  )
})

test('misses and repeats nothing when a slot moves to another master under its readers', async () => {
  const [one, two] = await jobOfEach()
  const [first, second, third] = cluster.masters
  await expectUnharmed(
    [
      [one, third],
      [two, second],
    ],
    () => cluster.moveSlot(windowKeyOf(one), first, third),
  )
})

test('says once that a node is away and once that it is back or replaced', async () => {
  const said: string[] = []
  const say = (message: string, facts?: object) => said.push(`${message} ${JSON.stringify(facts ?? {})}`)
  const valkey = openValkey({
    url: cluster.url,
    epoch: stage.epoch,
    isCertain: () => true,
    log: { info: say, warn: say },
    onWake: () => {},
    onGap: () => {},
    onUp: () => {},
  })
  const [one] = await jobOfEach()
  const [first] = cluster.masters
  const spare = await cluster.addNode()
  await waitFor(() => valkey.isUp())
  await valkey.window.look(one.jobId)
  await first.kill9()
  await waitFor(() => said.length > 0)
  expect(await valkey.attempt((window) => window.look(one.jobId))).toBeNull()
  expect(valkey.isUsable()).toBe(true)
  await cluster.takeOver(spare, first)
  await waitFor(() => valkey.attempt((window) => window.look(one.jobId)))
  await waitFor(() => said.length > 1)
  const where = `{"node":"127.0.0.1:${first.port}"}`
  expect(said).toEqual([
    `A node of Valkey cannot be reached: the jobs whose windows lie there go on from PostgreSQL ${where}`,
    `A node of Valkey was replaced ${where}`,
  ])
  valkey.close()
})
