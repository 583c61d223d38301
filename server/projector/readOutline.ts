import type { Sql } from 'postgres'
import type { JobOutline } from '#domain/view/outline.ts'
import { cutPayload, outlineRoom } from '#domain/view/outline.ts'
import { joinRuns, takeRuns } from '#domain/view/seqRuns.ts'
import { type EventRow, storedEvent } from '#server/journal/eventRow.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { readProjection } from '#server/projector/readProjection.ts'

/** An outline whose events are JSON, as they are spliced into an answer. */
export type StoredOutline = Omit<JobOutline, 'events' | 'epoch'> & { events: string[] }

/** Events of one answer at most; and bytes of them, after which there is a next one. */
const MOST_EVENTS = 10_000
const MOST_BYTES = 8 * 1024 * 1024
/** Events of one query, or fewer if their payloads have more bytes. */
const QUERY_EVENTS = 2000
const QUERY_BYTES = 4 * 1024 * 1024

/** The outline of a job after a seq, and the totals of the whole job, through its head. @throws WaybillError NOT_FOUND */
export async function readOutline(sql: Sql, job: JobAddress, after: number): Promise<StoredOutline> {
  const { state, head, lastEventAt, fold, runs } = await readProjection(sql, job, { runsAfter: after })
  const { totals, outline } = fold.projection
  const progress = Object.values(outline.progress)
    .sort((a, b) => a - b)
    .flatMap((seq) => [seq, seq])
  const all = joinRuns(joinRuns(runs, outline.runs), progress)
  const events: string[] = []
  let last = after
  let bytes = 0
  while (events.length < MOST_EVENTS && bytes < MOST_BYTES) {
    const wanted = takeRuns(all, last, Math.min(QUERY_EVENTS, MOST_EVENTS - events.length))
    if (wanted.length === 0) break
    const rows = await readRows(sql, job.jobId, wanted)
    for (const row of rows) {
      const json = outlineJson(row)
      events.push(json)
      bytes += json.length
      last = row.seq
    }
    if (rows.length === 0) break
  }
  const next = takeRuns(all, last, 1).length > 0 ? last : null
  return { head, state, lastEventAt: lastEventAt.toISOString(), totals, events, next }
}

/** `cut`: the payload as the projector has shortened it; then the whole one is not read. */
type OutlineRow = EventRow & { cut: string | null }

function readRows(sql: Sql, jobId: string, runs: readonly number[]): Promise<OutlineRow[]> {
  const firsts = runs.filter((_, at) => at % 2 === 0)
  const lasts = runs.filter((_, at) => at % 2 === 1)
  // Known only here: without a limit PostgreSQL takes each run for a part of the job, and reads all of it: 4 s for a job
  // of 300,000 events.
  const most = lasts.reduce((sum, last, at) => sum + last - (firsts[at] ?? 0) + 1, 0)
  return sql<OutlineRow[]>`
    select * from (
      select e.id, e.job_id, e.seq, e.type, e.occurred_at::text, e.recorded_at::text, e.actor, e.source, e.traceparent,
        e.caused_by, case when c.seq is null then e.payload end as payload, e.redactions, c.payload as cut,
        sum(case when c.seq is null then octet_length(e.payload) else octet_length(c.payload) end)
          over (order by e.seq) as bytes
      from unnest(${firsts}::bigint[], ${lasts}::bigint[]) as r (first, last)
      cross join lateral (
        select * from job_events where job_id = ${jobId} and seq between r.first and r.last order by seq limit ${most}
      ) e
      left join lateral (select * from outline_cuts where job_id = ${jobId} and seq = e.seq limit 1) c on true
    ) w
    where w.seq = ${firsts[0] ?? 0} or w.bytes is null or w.bytes <= ${QUERY_BYTES}
    order by w.seq`
}

function outlineJson(row: OutlineRow): string {
  const cut = row.cut ?? cutOf(row)
  const { json } = storedEvent(cut === null ? row : { ...row, payload: cut })
  return cut === null ? json : `${json.slice(0, -1)},"cut":true}`
}

/** Of events that are not projected yet, and of progress, of which only the newest is in an outline. */
function cutOf({ type, payload }: EventRow): string | null {
  if (payload === null || (payload.length <= outlineRoom && type !== 'step.output')) return null
  const cut = cutPayload({ type, payload: JSON.parse(payload) })
  return cut === null ? null : JSON.stringify(cut)
}
