import { randomBytes, randomUUID } from 'node:crypto'
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '#chaos/clock.ts'
import type { Fault, Scene } from '#chaos/faults/fault.ts'
import { type ActiveJob, emit } from '#chaos/load/emitter.ts'
import { followRaw } from '#chaos/load/followRaw.ts'
import { openCrowd } from '#chaos/load/openCrowd.ts'
import { createJob } from '#chaos/load/sendEvents.ts'
import { listUnread } from '#chaos/world/listUnread.ts'
import { measure } from '#chaos/world/measure.ts'

const READERS = 800
const STALLED = 200
/** Of those that stalled, how many are seen to resume. */
const RESUMING = 20
/** Events of 60,000 characters in the job that nobody reads: 12 MB, more than the kernel holds for most readers. */
const LARGE_EVENTS = 200
/** Mebibytes that 200 stalled readers may cost a process. */
const ALLOWANCE = 300
/** Until the buffers between are full, nobody stalls. */
const FILLING_MS = 15_000
/** A stalled reader is let go after 30 s, seen at the latest 5 s after. */
const STALL_MS = 40_000

/** F9: 200 of 1,000 readers stall. The others notice nothing, memory is bounded, and the stalled are let go and may resume. */
export const stallReaders: Fault[] = [
  {
    kind: 'F9',
    name: `${STALLED} of ${READERS + STALLED} readers stalled`,
    run: async (scene) => {
      const node = scene.random.pick(scene.world.nodes)
      const crowd = await openCrowd(scene, { size: READERS, node })
      const job = await makeLargeJob(scene)
      await crowd.waitUntilLevel(60_000)
      const before = await measure(scene.world, node)
      const url = `${node.directUrl}/runner-jobs/${job.jobId}/events/stream`
      const stalled = await Promise.all(
        Array.from({ length: STALLED }, () => connectWithoutReading(url, job.tenant.key)),
      )
      const port = Number(new URL(node.directUrl).port)
      await sleep(FILLING_MS)
      const unread = await listUnread(port)
      await sleep(STALL_MS)
      const kept = (await listUnread(port)).intersection(unread).size
      await crowd.waitUntilLevel(15_000)
      const after = await measure(scene.world, node)
      for (const response of stalled) response.destroy()
      await crowd.leave()
      await resume(scene, job)
      const grown = after.mebibytes - before.mebibytes
      if (grown > ALLOWANCE) throw new Error(`stalled readers cost ${Math.round(grown)} MiB; ${ALLOWANCE} are allowed`)
      if (unread.size === 0) throw new Error('no reader stalled: the kernel held everything for everybody')
      if (kept > 0) throw new Error(`${kept} of ${unread.size} stalled readers were not let go in ${STALL_MS / 1000} s`)
    },
  },
]

async function makeLargeJob({ world, random, requests }: Scene): Promise<ActiveJob> {
  const tenant = random.pick(world.tenants)
  const jobId = await createJob(world.nodes[0].directUrl, tenant, randomUUID())
  if (jobId === null) throw new Error('no job could be made')
  const job: ActiveJob = { jobId, tenant, head: 1 }
  for (let sent = 0; sent < LARGE_EVENTS; sent += 20) {
    const events = Array.from({ length: 20 }, () => {
      const text = randomBytes(45_000).toString('base64')
      return {
        type: 'step.output' as const,
        payload: { stepId: 'large', stream: 'stdout' as const, text },
        id: randomUUID(),
      }
    })
    requests.push(await emit({ emitter: 'large', job, events, nodes: world.nodes, random, tries: 30 }))
  }
  return job
}

function connectWithoutReading(url: string, key: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { authorization: `Bearer ${key}` }, agent: false }, resolve)
    request.on('error', reject)
  })
}

async function resume({ world, transcripts, random }: Scene, job: ActiveJob): Promise<void> {
  const until = now() + 60_000
  await Promise.all(
    Array.from({ length: RESUMING }, async (_, index) => {
      const { orgId, key } = job.tenant
      const follower = { name: `resumed ${index}`, orgId, jobId: job.jobId, steady: false }
      const connection = transcripts.open(follower, random.int(1, LARGE_EVENTS / 2))
      const leaving = new AbortController()
      const options = { url: random.pick(world.nodes).directUrl, key, connection, asLastEventId: true, stalls: null }
      const following = followRaw({ ...options, signal: leaving.signal })
      while (connection.last() < job.head && now() < until) await sleep(50)
      const last = connection.last()
      leaving.abort()
      await following
      connection.close()
      if (last < job.head) throw new Error(`a reader that resumed after a stall has seq ${last} of ${job.head}`)
    }),
  )
}
