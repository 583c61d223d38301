import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'

export type StoredIds = { /** seq by event id */ seqs: Map<string, number>; shapeSeq: number }

type Row = {
  shape_seq: number
  id: string | null
  seq: number | null
  type: string
  payload: string | null
  same_time: boolean
}

/**
 * Which of these events are in the journal already, and the shape_seq at that moment. One statement, so that both are
 * of one snapshot.
 *
 * @throws WaybillError EVENT_ID_REUSED if a stored event has other content: type, redacted payload, occurredAt if sent
 */
export async function findStored(sql: Sql, jobId: string, events: readonly PreparedEvent[]): Promise<StoredIds> {
  const rows = await sql<Row[]>`
    select j.shape_seq, e.id, e.seq, e.type, e.payload,
      w.occurred_at is null or w.occurred_at = e.occurred_at as same_time
    from jobs j
    left join (
      unnest(${events.map((event) => event.id)}::uuid[], ${events.map((event) => event.occurredAt)}::timestamptz[])
        as w (id, occurred_at)
      join job_events e on e.job_id = ${jobId}::uuid and e.id = w.id
    ) on true
    where j.id = ${jobId}::uuid`
  const seqs = new Map<string, number>()
  const byId = new Map(events.map((event, index) => [event.id, { event, index }]))
  for (const row of rows) {
    if (row.id === null || row.seq === null) continue
    const sent = byId.get(row.id)
    if (!sent) continue
    // An erased payload can no longer be compared; its id still says that it is the same event.
    const sameContent = row.payload === null || row.payload === sent.event.payload
    if (row.type !== sent.event.type || !sameContent || !row.same_time) throw reused(row.id, row.seq, sent.index)
    seqs.set(row.id, row.seq)
  }
  return { seqs, shapeSeq: rows[0]?.shape_seq ?? 0 }
}

function reused(id: string, seq: number, index: number): WaybillError {
  return new WaybillError(
    'EVENT_ID_REUSED',
    `Event ${index}: the id ${id} belongs to event ${seq} of this job, which has other content. An id names one event for ever.`,
    { details: { index, path: '/id' } },
  )
}
