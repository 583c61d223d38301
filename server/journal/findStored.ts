import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import type { PreparedEvent } from '#server/journal/prepare.ts'

export type Found = {
  /** seqs of the events that are in the journal, by id */
  seqs: Map<string, number>
  /** the job's shape_seq at that moment */
  shapeSeq: number
  /** EVENT_ID_REUSED if a stored event has other content: type, redacted payload, occurredAt if sent */
  reused: WaybillError | null
}

type Row = {
  ord: number
  shape_seq: number
  id: string
  seq: number | null
  type: string
  payload: string | null
  same_time: boolean
}

/** Which events of these requests are in the journal already. One statement, so that all of it is of one snapshot. */
export async function findStored(
  sql: Sql,
  requests: readonly { jobId: string; events: readonly PreparedEvent[] }[],
): Promise<Found[]> {
  const wanted = requests.flatMap(({ jobId, events }, ord) => events.map((event) => ({ ord, jobId, event })))
  // `limit 1` keeps the planner from joining whole partitions: each id is one look into the index of its job.
  const rows = await sql<Row[]>`
    select w.ord, j.shape_seq, w.id, e.seq, e.type, e.payload,
      w.occurred_at is null or w.occurred_at = e.occurred_at as same_time
    from unnest(${wanted.map(({ ord }) => ord)}::int[], ${wanted.map(({ jobId }) => jobId)}::uuid[],
      ${wanted.map(({ event }) => event.id)}::uuid[],
      ${wanted.map(({ event }) => event.occurredAt)}::timestamptz[]) as w (ord, job_id, id, occurred_at)
    join jobs j on j.id = w.job_id
    left join lateral (
      select seq, type, payload, occurred_at from job_events where job_id = w.job_id and id = w.id limit 1
    ) e on true`
  const found = requests.map((): Found => ({ seqs: new Map(), shapeSeq: 0, reused: null }))
  for (const row of rows) {
    const one = found[row.ord]
    const events = requests[row.ord]?.events ?? []
    const index = events.findIndex((event) => event.id === row.id)
    const sent = events[index]
    if (!one || !sent) continue
    one.shapeSeq = row.shape_seq
    if (row.seq === null) continue
    one.seqs.set(row.id, row.seq)
    // An erased payload can no longer be compared; its id still says that it is the same event.
    const sameContent = row.payload === null || row.payload === sent.payload
    if (row.type !== sent.type || !sameContent || !row.same_time) one.reused ??= reused(row.id, row.seq, index)
  }
  return found
}

function reused(id: string, seq: number, index: number): WaybillError {
  return new WaybillError(
    'EVENT_ID_REUSED',
    `Event ${index}: the id ${id} belongs to event ${seq} of this job, which has other content. An id names one event for ever.`,
    { details: { index, path: '/id' } },
  )
}
