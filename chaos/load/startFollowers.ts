import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ActiveJob } from '#chaos/load/emitter.ts'
import { followRaw } from '#chaos/load/followRaw.ts'
import { followSdk } from '#chaos/load/followSdk.ts'
import { followTrpc } from '#chaos/load/followTrpc.ts'
import type { Connection, Follower, Transcripts } from '#chaos/load/transcript.ts'
import type { Random } from '#chaos/random.ts'
import type { World } from '#chaos/world/openWorld.ts'

export type Followers = {
  /** Adds some to a job, which stay until it is over. */
  follow(job: ActiveJob): void
  /** From now on nobody leaves by himself. */
  settle(): void
  stop(): Promise<void>
}

/** steady: comes back with its last id. restless: leaves by itself, and resumes anywhere. stalling: reads now and then. */
const habits = ['steady', 'steady', 'restless', 'stalling'] as const
const clients = ['raw', 'raw', 'sdk', 'trpc'] as const
type Habit = (typeof habits)[number]

type Role = { follower: Follower; key: string; client: (typeof clients)[number]; habit: Habit; random: Random }

export function startFollowers(
  { nodes, tenants }: World,
  { transcripts, random }: { transcripts: Transcripts; random: Random },
): Followers {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  let isSettled = false
  let jobs = 0

  /** @returns false if the cursor was refused: what it had is gone, and it has to start again */
  async function connect(
    { key, client, habit, random: own }: Role,
    connection: Connection,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { url } = own.pick(nodes)
    if (client === 'sdk') return followSdk({ nodes, key, connection, random: own, signal })
    if (client === 'trpc') return followTrpc({ url, key, connection, signal })
    const stalls = habit === 'stalling' ? { readMs: own.int(300, 2000), pauseMs: own.int(1000, 5000) } : null
    const status = await followRaw({ url, key, connection, asLastEventId: own.chance(0.5), signal, stalls })
    // Nothing can follow: it has all of a job that is over.
    if (status === 204) connection.end(connection.after)
    return status !== 409
  }

  async function run(role: Role): Promise<void> {
    const { follower, habit, random: own } = role
    // Some come late, when history is longer than a window.
    await sleep(own.chance(0.6) ? 0 : own.int(500, 8000), undefined, { signal: stopping.signal }).catch(() => {})
    let last = own.chance(0.2) ? 1 : 0
    while (!stopping.signal.aborted) {
      const connection = transcripts.open(follower, last)
      const leaving = new AbortController()
      const leave = () => leaving.abort()
      const tire = () => isSettled || leave()
      stopping.signal.addEventListener('abort', leave)
      const timer = habit === 'restless' ? setTimeout(tire, own.int(100, 5000)) : undefined
      const isTaken = await connect(role, connection, leaving.signal)
      clearTimeout(timer)
      stopping.signal.removeEventListener('abort', leave)
      if (connection.isEnded()) {
        connection.close()
        return
      }
      if (!isTaken) connection.refused()
      last = isTaken ? connection.last() : 0
      connection.close()
      if (habit === 'restless' && own.chance(0.4)) last = own.chance(0.3) ? 0 : own.int(0, last)
      await sleep(own.int(20, 500), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  /** Asks for what nobody may be given. */
  async function probe(job: ActiveJob, own: Random): Promise<void> {
    const foreign = tenants.find(({ orgId }) => orgId !== job.tenant.orgId)
    const ask = async (what: 'foreign job' | 'beyond head', key: string, after: number) => {
      const silent = openSilently({ name: 'probe', orgId: '', jobId: job.jobId, steady: false }, after)
      const leaving = AbortSignal.timeout(3000)
      const { url } = own.pick(nodes)
      const status = await followRaw({
        url,
        key,
        connection: silent,
        asLastEventId: true,
        signal: leaving,
        stalls: null,
      })
      transcripts.probe({ follower: `probe of job ${job.jobId}`, what, status })
    }
    await sleep(own.int(0, 5000))
    await ask('foreign job', foreign?.key ?? '', 0)
    await ask('beyond head', job.tenant.key, 1_000_000_000)
  }

  const track = (task: Promise<void>) => {
    running.add(task)
    void task.finally(() => running.delete(task))
  }

  return {
    follow(job) {
      const own = random.fork(jobs++)
      const { orgId, key } = job.tenant
      const { jobId } = job
      for (let index = 0; index < own.int(2, 4); index++) {
        const mine = own.fork(index)
        const habit = index === 0 ? 'steady' : mine.pick(habits)
        const client = habit === 'stalling' ? 'raw' : mine.pick(clients)
        const name = `${habit} ${client} ${randomUUID().slice(0, 8)}`
        const follower = { name, orgId, jobId, steady: habit === 'steady' }
        track(run({ follower, key, client, habit, random: mine }))
      }
      track(probe(job, own.fork('probe')))
    },
    settle: () => {
      isSettled = true
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

/** For a request of which only the status counts. */
function openSilently(follower: Follower, after: number): Connection {
  const nothing = () => {}
  return {
    follower,
    after,
    last: () => after,
    isEnded: () => false,
    events: nothing,
    end: nothing,
    refused: nothing,
    close: nothing,
  }
}
