import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { format, type Measure, quantile } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'

const EVENTS_PER_SECOND = 5000
const BATCH = 50
const JOBS = 10
const SECONDS = 20
const SAMPLE_MS = 50

/** How old the oldest event is that the projections do not hold yet, while events arrive steadily. */
export async function benchProjector(stage: Stage): Promise<Measure[]> {
  const emitter = openEmitter(stage, JOBS)
  const jobs: string[] = []
  for (let at = 0; at < JOBS; at++) jobs.push(await emitter.createJob(`projector-${at}`))
  const bodies = jobs.map((jobId) => JSON.stringify({ jobId, events: outputDrafts(BATCH) }))
  const sql = postgres(stage.databaseUrl, { max: 1, onnotice: () => {} })
  const ages: number[] = []
  try {
    let isOver = false
    const sampling = (async () => {
      while (!isOver) {
        ages.push(await oldestUnprojected(sql))
        await sleep(SAMPLE_MS)
      }
    })()
    const sent: Promise<string>[] = []
    const began = performance.now()
    while (sent.length < (EVENTS_PER_SECOND * SECONDS) / BATCH) {
      const due = Math.floor(((performance.now() - began) / 1000) * (EVENTS_PER_SECOND / BATCH))
      while (sent.length < due) sent.push(emitter.emit(bodies[sent.length % JOBS] ?? ''))
      await sleep(2)
    }
    await Promise.all(sent)
    const rate = (sent.length * BATCH) / ((performance.now() - began) / 1000)
    isOver = true
    await sampling
    return [
      {
        figure: `${format(rate)} events/s of ${JOBS} jobs for ${SECONDS} s: half of the time ${quantile(ages, 0.5).toFixed(2)} s behind, at worst ${Math.max(...ages).toFixed(2)} s`,
        baseline: 'a second, 99 of 100 samples',
        value: quantile(ages, 0.99),
        unit: 's',
        limit: { most: 1 },
      },
    ]
  } finally {
    emitter.close()
    await sql.end()
  }
}

/** Seconds since the oldest event after a projection's end was recorded; 0 if there is none. */
async function oldestUnprojected(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ age: number }[]>`
    select coalesce(max(extract(epoch from clock_timestamp() - next.recorded_at)), 0)::float8 as age
    from waybill.jobs j
    left join waybill.job_projections p on p.job_id = j.id
    cross join lateral (
      select e.recorded_at from waybill.job_events e
      where e.job_id = j.id and e.seq > coalesce(p.projected_seq, 0) order by e.seq limit 1
    ) next`
  return row?.age ?? 0
}
