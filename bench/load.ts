import { setTimeout as sleep } from 'node:timers/promises'
import { type Emitter, openEmitter, outputDrafts } from '#bench/emitter.ts'
import { type Measure, median, spread } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'
import { type Arrivals, type Latencies, startArrivals } from '#bench/startArrivals.ts'

const FOLLOWERS = 200
const EVENTS_PER_SECOND = 2000
const LOAD_SECONDS = 5
const IDLE_EVENTS = 500
const IDLE_PAUSE_MS = 5
const CONNECTIONS = 64
const ROUNDS = 3

type Scene = { jobs: string[]; emitter: Emitter; arrivals: Arrivals }

/**
 * From the call of events.emit to the frame at each of 200 SSE clients: 2,000 requests a second with one event each,
 * against one event at a time with the same followers. Over 20 jobs, and all in one.
 */
export async function benchLoad(stage: Stage): Promise<Measure[]> {
  return [await compare(stage, 20), await compare(stage, 1)]
}

async function compare(stage: Stage, jobCount: number): Promise<Measure> {
  const emitter = openEmitter(stage, CONNECTIONS)
  const jobs: string[] = []
  for (let at = 0; at < jobCount; at++) jobs.push(await emitter.createJob(`load-${jobCount}-${at}`))
  const urls = jobs.map((jobId) => `${stage.server.url}/runner-jobs/${jobId}/events/stream`)
  await using arrivals = await startArrivals({ urls, key: stage.key, clients: FOLLOWERS })
  const scene = { jobs, emitter, arrivals }
  const idle: Latencies[] = []
  const loaded: Latencies[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const quiet = await oneByOne(scene)
    const busy = await atRate(scene)
    // The first warms up.
    if (round === 0) continue
    idle.push(quiet)
    loaded.push(busy)
  }
  emitter.close()
  const ratios = loaded.map(({ p99 }, at) => p99 / (idle[at]?.p99 ?? Number.NaN))
  return {
    figure: `emit to ${FOLLOWERS} clients of ${jobCount === 1 ? 'one job' : `${jobCount} jobs`}, ${EVENTS_PER_SECOND.toLocaleString('en')} events/s: ${summary(loaded)}`,
    baseline: `one event at a time, the same followers: ${summary(idle)}; ratios of p99 ${spread(ratios)}`,
    value: median(ratios),
    limit: { most: 5 },
  }
}

async function oneByOne({ jobs, emitter, arrivals }: Scene): Promise<Latencies> {
  const sent = newSent(jobs)
  for (let at = 0; at < IDLE_EVENTS; at++) {
    await sendOne({ jobs, emitter, sent, at })
    await sleep(IDLE_PAUSE_MS)
  }
  return settle(arrivals, sent)
}

/** An open loop: what is late does not put off what comes next. */
async function atRate({ jobs, emitter, arrivals }: Scene): Promise<Latencies> {
  const sent = newSent(jobs)
  const all: Promise<void>[] = []
  const began = performance.now()
  while (all.length < EVENTS_PER_SECOND * LOAD_SECONDS) {
    const due = Math.floor(((performance.now() - began) / 1000) * EVENTS_PER_SECOND)
    while (all.length < due) all.push(sendOne({ jobs, emitter, sent, at: all.length }))
    await sleep(1)
  }
  await Promise.all(all)
  return settle(arrivals, sent)
}

type Sent = [number, number][][]

async function sendOne(one: { jobs: string[]; emitter: Emitter; sent: Sent; at: number }): Promise<void> {
  const { jobs, emitter, sent, at } = one
  const job = at % jobs.length
  const body = JSON.stringify({ jobId: jobs[job], events: outputDrafts(1) })
  const began = Number(process.hrtime.bigint())
  const answer = await emitter.emit(body)
  sent[job]?.push([Number(/"firstSeq":(\d+)/.exec(answer)?.[1]), began])
}

async function settle(arrivals: Arrivals, sent: Sent): Promise<Latencies> {
  // What is acknowledged and not yet delivered is delivered by then; if not, its count is missing.
  await sleep(1000)
  const latencies = await arrivals.latencies({ sent })
  const due = (sent.flat().length * FOLLOWERS) / sent.length
  if (latencies.count !== due) throw new Error(`${latencies.count} frames arrived of ${due}`)
  return latencies
}

function newSent(jobs: readonly string[]): Sent {
  return jobs.map(() => [])
}

function summary(all: readonly Latencies[]): string {
  const ms = (what: 'p50' | 'p99') => `${what} ${median(all.map((one) => one[what])).toFixed(2)} ms`
  return `${ms('p50')}, ${ms('p99')}`
}
