import type { Sql } from 'postgres'
import type { Redaction } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import { type JobRow, jobColumns, jobSummary } from '#server/journal/jobRow.ts'
import type { JobAddress, JobRecord } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'

type Row = JobRow & {
  org_id: string
  created_payload: string | null
  created_redactions: string
  final_type: string | null
  final_payload: string | null
}

/** One job with what its first and its final event say. @throws WaybillError NOT_FOUND */
export async function readJob(sql: Sql, { orgId, jobId }: JobAddress): Promise<JobRecord> {
  const [row] = await sql<Row[]>`
    select ${sql.unsafe(jobColumns)}, j.org_id, c.payload as created_payload, c.redactions as created_redactions,
      f.type as final_type, f.payload as final_payload
    from jobs j
    cross join lateral (select seq, recorded_at from job_events where job_id = j.id order by seq desc limit 1) h
    join job_events c on c.job_id = j.id and c.seq = 1
    left join job_events f on f.job_id = j.id and f.seq = j.final_seq
    where j.id = ${jobId} and j.org_id = ${orgId}`
  if (!row) throw noSuchJob(jobId)
  const created: { inputs?: Record<string, Json> } = JSON.parse(row.created_payload ?? '{}')
  const final: { output?: Json; error?: { code: string; message: string } } = JSON.parse(row.final_payload ?? '{}')
  const redactions: Redaction[] = JSON.parse(row.created_redactions)
  return {
    ...jobSummary(row),
    orgId: row.org_id,
    inputs: created.inputs ?? {},
    ...(row.final_type === 'job.completed' && final.output !== undefined ? { output: final.output } : {}),
    ...(row.final_type === 'job.failed' && final.error !== undefined ? { error: final.error } : {}),
    redactions,
  }
}
