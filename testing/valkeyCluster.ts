import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '#server/embedded/freePort.ts'
import { testServices } from '#testing/services.ts'
import { launchValkey } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

export type ClusterNode = AsyncDisposable & {
  id: string
  port: number
  /** to this node alone */
  client: Redis
  kill9(): Promise<void>
}

export type TestCluster = AsyncDisposable & {
  /** All first masters, as VALKEY_URL takes them. */
  url: string
  masters: readonly [ClusterNode, ClusterNode, ClusterNode]
  /** Which of the masters holds this key's slot, at first. */
  homeOf(key: string): Promise<number>
  /** A node that is of the cluster and serves nothing yet. */
  addNode(): Promise<ClusterNode>
  /** Makes `node` a copy of a master. */
  copy(node: ClusterNode, master: ClusterNode): Promise<void>
  /** Has a copy take the place of its master, which is gone. */
  promote(node: ClusterNode): Promise<void>
  /** Has an empty node take over the slots of a master that is gone, as an operator does who has no copy. */
  takeOver(node: ClusterNode, master: ClusterNode): Promise<void>
  /** Moves a key's slot to another master with all that is in it, while it is in use. */
  moveSlot(key: string, from: ClusterNode, to: ClusterNode): Promise<void>
}

const SLOTS = 16_384

/**
 * Three masters on this machine, each a process of its own. One that is gone takes only its own slots with it. Nothing
 * depends on how soon nodes miss each other: what happens after a death, tests do themselves.
 */
export async function startValkeyCluster(): Promise<TestCluster> {
  await using opened = new AsyncDisposableStack()
  const start = async () => opened.use(await startNode())
  const masters = await Promise.all([start(), start(), start()])
  const living = new Set<ClusterNode>(masters)
  const [first] = masters
  for (const [index, { client }] of masters.entries()) {
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1)
    await client.call('CLUSTER', 'ADDSLOTSRANGE', ...rangeOf(index))
  }
  for (const node of masters.slice(1)) await meet(node, first)
  await agree(living)
  const all = opened.move()
  return {
    url: masters.map(({ port }) => `redis://127.0.0.1:${port}`).join(','),
    masters,
    homeOf: async (key) => {
      const slot = await slotOf(first, key)
      return [0, 1, 2].findIndex((index) => slot <= rangeOf(index)[1])
    },
    addNode: async () => {
      const node = all.use(await startNode())
      for (const known of living) await meet(node, known)
      living.add(node)
      await agree(living)
      return node
    },
    copy: async (node, master) => {
      await node.client.call('CLUSTER', 'REPLICATE', master.id)
      await waitFor(async () => (await node.client.info('replication')).includes('master_link_status:up'))
    },
    promote: async (node) => {
      const [gone] = await node.client.role().then((role) => masters.filter(({ port }) => port === role[2]))
      if (gone) living.delete(gone)
      await node.client.call('CLUSTER', 'FAILOVER', 'TAKEOVER')
      await waitFor(async () => (await Promise.all([...living].map((one) => knows(one, node)))).every(Boolean))
    },
    takeOver: async (node, master) => {
      living.delete(master)
      for (const { client } of living) await client.call('CLUSTER', 'FORGET', master.id)
      const range = rangeOf(masters.indexOf(master))
      await node.client.call('CLUSTER', 'ADDSLOTSRANGE', ...range)
      await agree(living)
    },
    moveSlot: async (key, from, to) => {
      const slot = await slotOf(from, key)
      await to.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id)
      await from.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id)
      const keys = (await from.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 100)) as string[]
      if (keys.length > 0) await from.client.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5000, 'KEYS', ...keys)
      // Twice at `to`, which drops the slot's subscriptions each time: the second time without a change that shows.
      for (const { client } of [to, from, ...living]) await client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function startNode(): Promise<ClusterNode> {
  await using opened = new AsyncDisposableStack()
  const directory = mkdtempSync(join(testServices().runDirectory, 'valkey-node-'))
  opened.defer(() => rmSync(directory, { recursive: true, force: true }))
  const server = opened.adopt(
    await launchValkey(directory, {
      'cluster-enabled': 'yes',
      'cluster-port': String(await freePort()),
      'cluster-require-full-coverage': 'no',
      // Far more than a busy machine lets a living node wait for its turn.
      'cluster-node-timeout': '15000',
    }),
    (it) => it.stop(),
  )
  const client = opened.adopt(new Redis(server.url, { retryStrategy: () => null }), (it) => it.disconnect())
  client.on('error', () => {})
  const id = String(await client.call('CLUSTER', 'MYID'))
  const all = opened.move()
  return {
    id,
    port: server.port,
    client,
    kill9: () => server.kill9(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function rangeOf(master: number): [first: number, last: number] {
  return [Math.ceil((SLOTS * master) / 3), Math.ceil((SLOTS * (master + 1)) / 3) - 1]
}

async function slotOf({ client }: ClusterNode, key: string): Promise<number> {
  return Number(await client.call('CLUSTER', 'KEYSLOT', key))
}

async function meet(node: ClusterNode, known: ClusterNode): Promise<void> {
  const bus = String(await known.client.call('CONFIG', 'GET', 'cluster-port')).split(',')[1] ?? ''
  await node.client.call('CLUSTER', 'MEET', '127.0.0.1', known.port, bus)
}

/** Until every node knows every other and where each slot is. */
async function agree(nodes: Iterable<ClusterNode>): Promise<void> {
  const all = [...nodes]
  await waitFor(async () => {
    const views = await Promise.all(all.map(({ client }) => client.call('CLUSTER', 'INFO').then(String)))
    const knowAll = await Promise.all(all.map((one) => Promise.all(all.map((other) => knows(one, other)))))
    return views.every((view) => view.includes('cluster_slots_ok:16384')) && knowAll.flat().every(Boolean)
  })
}

/** In the words of CLUSTER NODES, whether `one` is connected to `other`. */
async function knows(one: ClusterNode, other: ClusterNode): Promise<boolean> {
  const line = String(await one.client.call('CLUSTER', 'NODES'))
    .split('\n')
    .find((text) => text.startsWith(other.id))
  return line !== undefined && !/handshake|noaddr/.test(line) && (one === other || line.includes(' connected'))
}
