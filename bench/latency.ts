import postgres from 'postgres'
import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { followRaw } from '#bench/followRaw.ts'
import { type Measure, quantile } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'

const EVENTS = 2000

/** From the call of events.emit to the frame at an SSE client, one event at a time, against one durable INSERT. */
export async function benchLatency(stage: Stage): Promise<Measure[]> {
  const emitter = openEmitter(stage)
  const jobId = await emitter.createJob('latency')
  let seen = 0
  let wake: () => void = () => {}
  const follower = await followRaw(stage, jobId, (frames) => {
    seen += frames
    wake()
  })
  await until(() => seen >= 1)
  const body = JSON.stringify({ jobId, events: outputDrafts(1) })
  const times: number[] = []
  for (let at = 0; at < EVENTS; at++) {
    const target = seen + 1
    const began = performance.now()
    const acknowledged = emitter.emit(body)
    await until(() => seen >= target)
    times.push(performance.now() - began)
    await acknowledged
  }
  follower.close()
  emitter.close()
  const inserts = await insertTimes(stage.databaseUrl)
  return [
    {
      figure: `emit to SSE client, ${EVENTS} events one at a time: p50 ${ms(times, 0.5)}, p99 ${ms(times, 0.99)}`,
      baseline: `one durable INSERT: p50 ${ms(inserts, 0.5)}, p99 ${ms(inserts, 0.99)}`,
      value: quantile(times, 0.99) / quantile(inserts, 0.99),
      limit: { most: 10 },
    },
  ]

  function until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      wake = () => isTrue() && resolve()
      wake()
    })
  }
}

async function insertTimes(databaseUrl: string): Promise<number[]> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`create table waybill.single (id bigserial primary key, payload text not null)`
    const payload = 'x'.repeat(100)
    const times: number[] = []
    for (let at = 0; at < EVENTS; at++) {
      const began = performance.now()
      await sql`insert into waybill.single (payload) values (${payload})`
      times.push(performance.now() - began)
    }
    return times
  } finally {
    await sql.end()
  }
}

function ms(times: readonly number[], share: number): string {
  return `${quantile(times, share).toFixed(2)} ms`
}
