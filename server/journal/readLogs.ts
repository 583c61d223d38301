import type { Sql } from 'postgres'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import { linesOf } from '#domain/job/lines.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

/** Rows read at a time on the way back from the newest: an event holds one line or hundreds. */
const ROWS = 200

/** The newest `wanted` lines of step.output, oldest first. @throws WaybillError NOT_FOUND */
export async function readLogs(sql: Sql, { orgId, jobId }: JobAddress, wanted: number): Promise<string[]> {
  const jobs = await sql`select 1 from jobs where id = ${jobId} and org_id = ${orgId}`
  if (jobs.length === 0) throw noSuchJob(jobId)
  const newestFirst: string[] = []
  let before = Number.MAX_SAFE_INTEGER
  while (newestFirst.length < wanted) {
    const rows = await sql<{ seq: number; payload: string | null }[]>`
      select seq, payload from job_events
      where job_id = ${jobId} and org_id = ${orgId} and type = 'step.output' and seq < ${before}
      order by seq desc limit ${ROWS}`
    for (const { seq, payload } of rows) {
      before = seq
      if (payload === null) continue
      const output: PayloadOf<'step.output'> = JSON.parse(payload)
      newestFirst.push(...linesOf(output.text, output.encoding).reverse())
      if (newestFirst.length >= wanted) break
    }
    if (rows.length < ROWS) break
  }
  return newestFirst.slice(0, wanted).reverse()
}
