import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'

const PATIENCE_MS = 120_000

/** Until the projections of a job hold all events up to `seq`. */
export async function untilProjected(databaseUrl: string, jobId: string, seq: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    for (const began = performance.now(); performance.now() - began < PATIENCE_MS; await sleep(100)) {
      const [row] = await sql<{ projected: number }[]>`
        select projected_seq::float8 as projected from waybill.job_projections where job_id = ${jobId}`
      if ((row?.projected ?? 0) >= seq) return
    }
    throw new Error(`the projections of job ${jobId} have not reached ${seq} after ${PATIENCE_MS / 1000} s`)
  } finally {
    await sql.end()
  }
}
