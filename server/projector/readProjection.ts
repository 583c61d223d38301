import type { Sql } from 'postgres'
import type { JobState } from '#domain/job/shape.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { noSuchJob } from '#server/journal/noSuchJob.ts'
import { foldEvents } from '#server/projector/foldEvents.ts'
import { type FoldSink, JobFold } from '#server/projector/jobFold.ts'
import { fromRow, type ProjectionRow } from '#server/projector/projectionRow.ts'

/** Numbers of lines that a reader wants the chunks of, from 0: first, and one behind the last. */
export type LineRange = { from: number; to: number }

type Row = ProjectionRow & {
  state: JobState
  head: number
  last_event_at: Date
  /** JSON lists of runs, with commas between them */
  runs: string | null
  first_line: number | null
  chunk_lines: number | null
  body: Uint8Array | null
}

/** A stored chunk of lines, as it is kept. */
export type StoredChunk = { firstLine: number; lines: number; body: Uint8Array }

/** A job's projections as of its head, exact: as far as they are projected, and the events after that. */
export type JobAsOf = {
  state: JobState
  head: number
  lastEventAt: Date
  fold: JobFold
  /** runs that are kept apart from the projection's own */
  runs: number[]
  chunks: StoredChunk[]
}

export type Wanted = {
  counts?: boolean
  /** outline runs after this seq: enough for 10,000 events */
  runsAfter?: number
  /** chunks that hold lines of this range */
  lines?: LineRange
  sink?: Partial<FoldSink>
}

/** Rows of 512 runs, each of at least one event: 20 and the one that `after` lies in have 10,000. */
const RUN_ROWS = 21

/**
 * One statement reads all that is stored, so that it is of one moment, also while the projector goes on or the
 * projection is being made anew; what is not projected yet is taken from the journal.
 *
 * @throws WaybillError NOT_FOUND
 */
export async function readProjection(sql: Sql, { orgId, jobId }: JobAddress, wanted: Wanted): Promise<JobAsOf> {
  const { counts = false, runsAfter = Number.MAX_SAFE_INTEGER, lines = { from: 0, to: 0 }, sink } = wanted
  const rows = await sql<Row[]>`
    select j.state, h.seq as head, h.recorded_at as last_event_at, p.projected_seq, p.totals, p.lines, p.outline,
      case when ${counts} then p.counts end as counts, r.runs,
      c.first_line, c.lines as chunk_lines, c.body
    from jobs j
    cross join lateral (select seq, recorded_at from job_events where job_id = j.id order by seq desc limit 1) h
    left join job_projections p on p.job_id = j.id
    left join lateral (
      select string_agg(runs, ',' order by first_seq) as runs from (
        select runs, first_seq from outline_runs where job_id = j.id and last_seq > ${runsAfter}
        order by first_seq limit ${RUN_ROWS}
      ) w
    ) r on true
    left join line_chunks c on c.job_id = j.id and c.first_line >= ${lines.from} and c.first_line < ${lines.to}
    where j.id = ${jobId} and j.org_id = ${orgId}
    order by c.first_line`
  const [row] = rows
  if (!row) throw noSuchJob(jobId)
  const fold = new JobFold(fromRow(row), sink)
  await foldEvents(sql, { jobId, fold, end: row.head })
  return {
    state: row.state,
    head: row.head,
    lastEventAt: row.last_event_at,
    fold,
    runs: (JSON.parse(`[${row.runs ?? ''}]`) as number[][]).flat(),
    chunks: rows.flatMap(({ first_line, chunk_lines, body }) =>
      first_line === null || chunk_lines === null || body === null
        ? []
        : [{ firstLine: first_line, lines: chunk_lines, body }],
    ),
  }
}
