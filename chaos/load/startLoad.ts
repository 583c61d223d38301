import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ActiveJob, emit, type LoggedRequest } from '#chaos/load/emitter.ts'
import { finalEvent, makeRequest } from '#chaos/load/makeRequest.ts'
import { createJob, sendEvents } from '#chaos/load/sendEvents.ts'
import type { Random } from '#chaos/random.ts'
import type { World } from '#chaos/world/openWorld.ts'

export type Load = {
  requests: LoggedRequest[]
  /** jobs that are being emitted to */
  activeJobs(): ActiveJob[]
  /** Ends the emitters once what they have under way is answered or given up. */
  stop(): Promise<void>
  /** Sends what was never answered once more, with the same ids. */
  repeatUnanswered(): Promise<number>
}

export type LoadOptions = {
  world: World
  random: Random
  /** jobs at a time */
  jobs: number
  /** told of each new job */
  onJob(job: ActiveJob): void
}

/** Tries of an emitter that wants its events recorded. */
const PATIENT = 30

/** Several jobs at a time, each with one to four emitters; a job lives some seconds, then another takes its place. */
export function startLoad({ world, random, jobs, onJob }: LoadOptions): Load {
  const requests: LoggedRequest[] = []
  const active = new Set<ActiveJob>()
  let stopped = false

  async function makeJob(own: Random): Promise<ActiveJob | null> {
    const tenant = own.pick(world.tenants)
    const requestId = randomUUID()
    while (!stopped) {
      const jobId = await createJob(own.pick(world.nodes).url, tenant, requestId)
      if (jobId !== null) return { jobId, tenant, head: 1 }
      await sleep(own.int(50, 300))
    }
    return null
  }

  async function runJob(job: ActiveJob, own: Random): Promise<void> {
    const send = async (emitter: string, random: Random, events: LoggedRequest['events'], tries: number) => {
      const options = { emitter, job, events: [...events], nodes: world.nodes, random, tries }
      requests.push(await emit(options))
    }
    await send('opener', own, [{ type: 'job.started', payload: {}, id: randomUUID() }], PATIENT)
    const lives = own.int(4000, 30_000)
    const endsAt = performance.now() + lives
    const mayGoOn = () => !stopped && performance.now() < endsAt
    async function runEmitter(name: string, mine: Random): Promise<void> {
      const pause = mine.int(5, 120)
      for (let n = 0; mayGoOn(); n++) {
        // Some do not care: what becomes of their unanswered requests is asked at the end.
        await send(name, mine, makeRequest(mine, `${name} ${n}`), mine.chance(0.8) ? PATIENT : 1)
        await sleep(mine.int(0, pause))
      }
    }
    const emitters = Array.from({ length: own.int(1, 4) }, (_, index) => runEmitter(`e${index}`, own.fork(index)))
    // Some end while others still emit, which are then refused.
    if (own.chance(0.5)) await Promise.all(emitters)
    else await sleep(lives * 0.9)
    if (!stopped) await send('closer', own, finalEvent(own), PATIENT)
    await Promise.all(emitters)
  }

  async function runSlot(own: Random): Promise<void> {
    for (let n = 0; !stopped; n++) {
      const mine = own.fork(n)
      const job = await makeJob(mine)
      if (job === null) return
      active.add(job)
      onJob(job)
      await runJob(job, mine)
      active.delete(job)
    }
  }

  const slots = Array.from({ length: jobs }, (_, index) => runSlot(random.fork(`slot ${index}`)))
  return {
    requests,
    activeJobs: () => [...active],
    stop: async () => {
      stopped = true
      await Promise.all(slots)
    },
    repeatUnanswered: async () => {
      const unanswered = requests.filter(({ outcome }) => outcome.kind === 'unanswered')
      for (const request of unanswered) {
        for (let tried = 0; tried < 10 && (request.again === null || request.again.kind === 'unanswered'); tried++) {
          const { tenant, jobId, events } = request
          request.again = await sendEvents({ url: world.nodes[0].url, tenant, jobId, events, through: 'rest' })
        }
      }
      return unanswered.length
    },
  }
}
