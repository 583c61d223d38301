import postgres from 'postgres'
import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { followRaw } from '#bench/followRaw.ts'
import { type Measure, median, spread } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'

const EVENTS = 100_000
const BATCH = 500
const ROUNDS = 5
/** Rows of one fetch; the driver's reader is fastest with some thousand. */
const CURSOR_ROWS = 1000

/** A follower that is 100,000 events behind until it is level, against reading those rows from PostgreSQL. */
export async function benchResume(stage: Stage): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob('resume')
  const body = JSON.stringify({ jobId, events: outputDrafts(BATCH) })
  for (let at = 0; at < EVENTS; at += BATCH) await emitter.emit(body)
  emitter.close()
  const follows: number[] = []
  const reads: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const follow = await untilLevel(stage, jobId)
    const read = await readRows(stage.databaseUrl, jobId)
    if (round === 0) continue
    follows.push(follow)
    reads.push(read)
  }
  const ratios = follows.map((time, at) => time / (reads[at] ?? Number.NaN))
  return [
    {
      figure: `SSE client level after ${EVENTS.toLocaleString('en')} events: ${seconds(follows)}`,
      baseline: `the same rows, whole, through a cursor of postgres.js (${CURSOR_ROWS} a fetch): ${seconds(reads)}; ratios ${spread(ratios)}`,
      value: median(ratios),
      limit: { most: 2 },
    },
  ]
}

/** Seconds from connecting until the newest event and `caught-up` are there. */
async function untilLevel(stage: Stage, jobId: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    let seen = 0
    const following = followRaw(stage, jobId, (frames) => {
      seen += frames
      // Created, the events, caught-up.
      if (seen < EVENTS + 2) return
      resolve((performance.now() - began) / 1000)
      void following.then(({ close }) => close())
    })
    following.catch(reject)
  })
}

async function readRows(databaseUrl: string, jobId: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`select 1`
    const began = performance.now()
    let count = 0
    await sql`select * from waybill.job_events where job_id = ${jobId} order by seq`.cursor(CURSOR_ROWS, (rows) => {
      count += rows.length
    })
    if (count !== EVENTS + 1) throw new Error(`read ${count} rows`)
    return (performance.now() - began) / 1000
  } finally {
    await sql.end()
  }
}

function seconds(times: readonly number[]): string {
  return `${median(times).toFixed(2)} s`
}
