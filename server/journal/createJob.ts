import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import { v7 as uuidv7 } from 'uuid'
import { WaybillError } from '#domain/errors.ts'
import type { PayloadOf } from '#domain/events/catalogue.ts'
import { encodeEnvelope } from '#domain/events/encodeEnvelope.ts'
import { factsOf } from '#domain/job/facts.ts'
import { canonicalJson } from '#domain/merkle/canonical.ts'
import type { Committed, CreateRequest } from '#server/journal/journal.ts'
import { commitContent } from '#server/journal/prepare.ts'
import { makeSalts } from '#server/journal/salts.ts'

type Row = { job_id: string; created: boolean; payload: string | null; recorded_at: Date }

/**
 * Records a job and its job.created in one statement, or finds the one that this request made before.
 *
 * @returns `committed` is null for a job that was there already
 * @throws WaybillError REQUEST_ID_REUSED if the job that requestId names was created with other content
 */
export async function createJob(
  sql: Sql,
  request: CreateRequest,
): Promise<{ jobId: string; committed: Committed | null }> {
  const payload = createdPayload(request)
  const content = commitContent({
    actor: canonicalJson(request.actor),
    content: payload,
    redactions: request.redactions,
    salt: makeSalts(1),
    index: 0,
  })
  const event = {
    id: randomUUID(),
    type: 'job.created' as const,
    source: null,
    traceparent: null,
    causedBy: null,
    ...content,
  }
  const [row] = await sql<Row[]>`
    select job_id, created, payload, recorded_at from create_job(
      ${request.orgId}, ${uuidv7()}, ${request.requestId}, ${request.actor.userId}, ${request.action},
      ${request.title ?? null}, ${canonicalJson(request.labels ?? {})}, ${request.parentJobId ?? null},
      ${event.id}, ${content.actor}, ${content.payload}, ${content.redactions},
      ${canonicalJson(factsOf('job.created', payload))}, ${content.salt}, ${content.commitment})`
  if (!row) throw new WaybillError('BUSY', 'Another request is creating this job; send the request again.')
  if (row.created) {
    const recordedAt = row.recorded_at.toISOString()
    const json = encodeEnvelope({ ...event, jobId: row.job_id, seq: 1, occurredAt: recordedAt, recordedAt })
    const events = [{ seq: 1, type: event.type, json }]
    const { orgId } = request
    return {
      jobId: row.job_id,
      committed: { orgId, jobId: row.job_id, firstSeq: 1, lastSeq: 1, events, state: 'pending' },
    }
  }
  if (row.payload !== null && row.payload !== content.payload) {
    throw new WaybillError(
      'REQUEST_ID_REUSED',
      `The requestId "${request.requestId}" made job ${row.job_id} with other content; a requestId names one job for ever.`,
      { details: { jobId: row.job_id } },
    )
  }
  return { jobId: row.job_id, committed: null }
}

function createdPayload(request: CreateRequest): PayloadOf<'job.created'> {
  return {
    action: request.action,
    inputs: request.inputs,
    requestId: request.requestId,
    ...(request.title === undefined ? {} : { title: request.title }),
    ...(request.labels === undefined ? {} : { labels: request.labels }),
    ...(request.parentJobId === undefined ? {} : { parentJobId: request.parentJobId }),
  }
}
