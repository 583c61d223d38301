import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { type Inside, inspect } from '#bench/lookInside.ts'
import { format, type Measure } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'
import { waitForFollowers } from '#bench/waitForFollowers.ts'
import { testValkeyUrl } from '#testing/valkey.ts'

const CYCLES = 50_000
/** Events of the job that is read from its beginning, besides the first. */
const HISTORY = 250
/** Until pools are full, code is compiled, and what grows with a crowd has grown. */
const WARM_UP = 25_000
/** Longer than a connection that was cut is remembered by anyone. */
const SETTLE_MS = 6000

/** What the process behind `cycle` is told, and then again and again where the lively job's head is. */
export type ChurnTask = { url: string; key: string; cycles: number; quietJob: string; livelyJob: string }
export type ChurnNews = { head: number }

type Held = Inside & { postgres: number; valkey: number; wakeUpChannels: number }

/**
 * 50,000 connections that come and go in every way: before the request is whole, at once, with the first bytes, in the
 * middle of a frame, once they follow; server-sent events, subscriptions of tRPC, sockets that say nothing. Then what
 * the server and the databases hold is held against what they held before.
 */
export async function benchChurn(stage: Stage): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  const quietJob = await emitter.createJob('quiet')
  const livelyJob = await emitter.createJob('lively')
  await emitter.emit(JSON.stringify({ jobId: quietJob, events: outputDrafts(HISTORY) }))
  await using server = await inspect(stage.server)
  const task = { url: stage.server.url, key: stage.key, quietJob, livelyJob }
  let head = 1
  const speak = async () => {
    await emitter.emit(JSON.stringify({ jobId: livelyJob, events: outputDrafts(1) }))
    return ++head
  }

  await cycle({ ...task, cycles: WARM_UP }, speak)
  const before = await settle(stage, server.look)
  const began = performance.now()
  await cycle({ ...task, cycles: CYCLES }, speak)
  const seconds = (performance.now() - began) / 1000
  emitter.close()
  const after = await settle(stage, server.look)

  const grown = (name: string, of: (held: Held) => number, most: number, unit: string): Measure => ({
    figure: `${name} after ${CYCLES.toLocaleString('en')} connects and disconnects in ${format(seconds)} s: ${format(of(after))} ${unit}`,
    baseline: `before: ${format(of(before))} ${unit}; what was added`,
    value: of(after) - of(before),
    unit,
    limit: { most },
  })
  const resourcesOf = ({ resources }: Held) => Object.values(resources).reduce((sum, count) => sum + count, 0)
  return [
    // What is compiled late, in place of the 50,000 of one that is kept each time.
    grown('objects', ({ objects }) => objects, 500, 'objects'),
    // A table of tRPC's that refers to promises weakly doubles at once, when more than ever come between two
    // collections, and stays as large as it was: 8 MiB.
    grown('heap', ({ heap }) => heap / 2 ** 20, 10, 'MiB'),
    grown('resident', ({ resident }) => resident / 2 ** 20, 32, 'MiB'),
    grown('open files', ({ files }) => files, 0, 'files'),
    grown('sockets, timers and the like', resourcesOf, 0, 'handles'),
    grown('listeners of the process', ({ listeners }) => listeners, 0, 'listeners'),
    grown('PostgreSQL', (held) => held.postgres, 0, 'connections'),
    grown('Valkey', (held) => held.valkey, 0, 'connections'),
    grown('Valkey', (held) => held.wakeUpChannels, 0, 'channels subscribed to'),
  ]
}

async function cycle(task: ChurnTask, speak: () => Promise<number>): Promise<void> {
  const child = fork(fileURLToPath(new URL('./comeAndGo.ts', import.meta.url)))
  child.send(task)
  const exited = once(child, 'exit')
  while (child.exitCode === null && child.signalCode === null) {
    const head = await speak()
    if (child.connected) child.send({ head } satisfies ChurnNews, () => {})
    await sleep(20)
  }
  const [code] = await exited
  if (code !== 0) throw new Error(`the clients ended with code ${code}`)
}

async function settle(stage: Stage, look: () => Promise<Inside>): Promise<Held> {
  await waitForFollowers(stage, 0)
  await sleep(SETTLE_MS)
  const inside = await look()
  const sql = postgres(stage.databaseUrl, { max: 1, onnotice: () => {} })
  const valkey = new Redis(testValkeyUrl())
  try {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'waybill'`
    const clients = String(await valkey.client('LIST'))
    const channels = await valkey.pubsub('CHANNELS', 'waybill:*')
    return {
      ...inside,
      postgres: row?.count ?? 0,
      valkey: clients.trim().split('\n').length,
      wakeUpChannels: Array.isArray(channels) ? channels.length : 0,
    }
  } finally {
    valkey.disconnect()
    await sql.end()
  }
}
