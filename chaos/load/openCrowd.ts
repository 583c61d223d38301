import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '#chaos/clock.ts'
import type { Scene } from '#chaos/faults/fault.ts'
import { type ActiveJob, emit } from '#chaos/load/emitter.ts'
import { followRaw } from '#chaos/load/followRaw.ts'
import { createJob } from '#chaos/load/sendEvents.ts'
import type { Connection } from '#chaos/load/transcript.ts'
import type { Random } from '#chaos/random.ts'
import type { Node } from '#chaos/world/node.ts'

export type Crowd = {
  /** Records something in every job, through a server of one's choice. */
  say(through: Node): Promise<void>
  /** Resolves once every follower has all that is acknowledged by now. @throws Error when some have not in time */
  waitUntilLevel(patienceMs: number): Promise<void>
  /** Ends emitters and followers. */
  leave(): Promise<void>
}

export type CrowdOptions = {
  size: number
  /** where they connect first; afterwards anywhere */
  node: Node
  /** Nothing is recorded but what `say` records. */
  isSilent?: boolean
}

/** Followers of one quiet job: more would measure this process instead of the servers. */
const FOLLOWERS_PER_JOB = 100

/** Many followers of jobs in which little happens, connected without a proxy between, which would double the sockets. */
export async function openCrowd({ world, random, requests, transcripts }: Scene, crowd: CrowdOptions): Promise<Crowd> {
  const leaving = new AbortController()
  const { signal } = leaving
  const jobs = await Promise.all(
    Array.from({ length: Math.ceil(crowd.size / FOLLOWERS_PER_JOB) }, () => openJob(world, random)),
  )
  const current = new Map<string, Connection | null>()
  const lastOf = new Map<string, number>()

  async function record(job: ActiveJob, nodes: readonly [Node, ...Node[]], own: Random): Promise<void> {
    const payload = { stepId: 'crowd', stream: 'stdout' as const, text: `after ${job.head}\n` }
    const events = [{ type: 'step.output' as const, payload, id: randomUUID() }]
    requests.push(await emit({ emitter: 'crowd', job, events, nodes, random: own, tries: 100 }))
  }

  async function trickle(job: ActiveJob, own: Random): Promise<void> {
    while (!signal.aborted) {
      await record(job, world.nodes, own)
      await sleep(own.int(200, 800), undefined, { signal }).catch(() => {})
    }
  }

  async function follow(job: ActiveJob, name: string, own: Random): Promise<void> {
    const { orgId, key } = job.tenant
    const follower = { name, orgId, jobId: job.jobId, steady: true }
    for (let node = crowd.node; !signal.aborted; node = own.pick(world.nodes)) {
      const connection = transcripts.open(follower, lastOf.get(name) ?? 0)
      current.set(name, connection)
      await followRaw({ url: node.directUrl, key, connection, asLastEventId: true, signal, stalls: null })
      lastOf.set(name, connection.last())
      current.set(name, null)
      connection.close()
      await sleep(own.int(50, 1000), undefined, { signal }).catch(() => {})
    }
  }

  const tasks = jobs.flatMap((job, index) => [
    ...(crowd.isSilent ? [] : [trickle(job, random.fork(`trickle ${index}`))]),
    ...Array.from({ length: Math.min(FOLLOWERS_PER_JOB, crowd.size - index * FOLLOWERS_PER_JOB) }, (_, n) =>
      follow(job, `crowd ${randomUUID().slice(0, 8)}`, random.fork(`follower ${index} ${n}`)),
    ),
  ])
  return {
    say: async (through) => {
      for (const job of jobs) await record(job, [through], random)
    },
    waitUntilLevel: async (patienceMs) => {
      const heads = new Map(jobs.map(({ jobId, head }) => [jobId, head]))
      const isBehind = (connection: Connection | null | undefined) =>
        connection == null || connection.last() < (heads.get(connection.follower.jobId) ?? 0)
      const until = now() + patienceMs
      for (;;) {
        const behind = current.values().filter(isBehind).toArray().length + crowd.size - current.size
        if (behind === 0) return
        if (now() > until) throw new Error(`${behind} of ${crowd.size} followers are not level after ${patienceMs} ms`)
        await sleep(50)
      }
    },
    leave: async () => {
      leaving.abort()
      await Promise.all(tasks)
    },
  }
}

async function openJob({ nodes, tenants }: Scene['world'], random: Random): Promise<ActiveJob> {
  const tenant = random.pick(tenants)
  const requestId = randomUUID()
  for (;;) {
    const jobId = await createJob(random.pick(nodes).url, tenant, requestId)
    if (jobId !== null) return { jobId, tenant, head: 1 }
    await sleep(200)
  }
}
