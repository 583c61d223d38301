import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { openEmitter, outputDrafts } from '#bench/emitter.ts'
import { format, type Measure } from '#bench/measure.ts'
import type { Stage } from '#bench/stage.ts'

const JOBS = 64
const BATCH = 500
const BATCHES_PER_JOB = 16
const CONNECTIONS = 16

/** Durable appends through tRPC against COPY of the very same rows into the same kind of table. */
export async function benchAppend(stage: Stage): Promise<Measure[]> {
  const emitters = Array.from({ length: CONNECTIONS }, () => openEmitter(stage))
  const jobs: string[] = []
  for (let at = 0; at < JOBS; at++) {
    const emitter = emitters[at % CONNECTIONS]
    if (emitter) jobs.push(await emitter.createJob(`bench-${at}`))
  }
  const events = outputDrafts(BATCH)
  const bodies = jobs.flatMap((jobId) =>
    Array.from({ length: BATCHES_PER_JOB }, () => JSON.stringify({ jobId, events })),
  )
  // Each connection takes the next batch; neighbouring batches belong to different jobs.
  const turns = bodies.map((_, at) => bodies[(at % JOBS) * BATCHES_PER_JOB + Math.floor(at / JOBS)] ?? '')
  const emitAll = async (list: readonly string[]) => {
    let next = 0
    await Promise.all(
      emitters.map(async (emitter) => {
        for (let body = list[next++]; body !== undefined; body = list[next++]) await emitter.emit(body)
      }),
    )
  }
  const warm = JOBS
  await emitAll(turns.slice(0, warm))
  const began = performance.now()
  await emitAll(turns.slice(warm))
  const seconds = (performance.now() - began) / 1000
  for (const emitter of emitters) emitter.close()
  const appended = (turns.length - warm) * BATCH
  const rate = appended / seconds
  const copyRate = await copyRows(stage.databaseUrl)
  return [
    {
      figure: `${appended.toLocaleString('en')} events, ${JOBS} jobs, batches of ${BATCH}, ${CONNECTIONS} connections: ${format(rate)} events/s`,
      baseline: `COPY of the same rows: ${format(copyRate)} rows/s`,
      value: rate / copyRate,
      limit: { least: 0.3 },
    },
  ]
}

/** Rows per second of one COPY FROM STDIN, with the journal's keys and durable. */
async function copyRows(databaseUrl: string): Promise<number> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    await sql`create table waybill.copied (like waybill.job_events)`
    await sql`alter table waybill.copied add primary key (job_id, seq), add unique (job_id, id)`
    const chunks: Buffer[] = []
    for await (const chunk of await sql`copy (select * from waybill.job_events) to stdout`.readable())
      chunks.push(chunk)
    const began = performance.now()
    await pipeline(Readable.from(chunks), await sql`copy waybill.copied from stdin`.writable())
    const seconds = (performance.now() - began) / 1000
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from waybill.copied`
    return (row?.count ?? 0) / seconds
  } finally {
    await sql.end()
  }
}
