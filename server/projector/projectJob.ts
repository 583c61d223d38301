import type { Sql } from 'postgres'
import { encodeChunk, type LineChunk } from '#domain/view/lineChunk.ts'
import { compress } from '#server/projector/compression.ts'
import { foldEvents } from '#server/projector/foldEvents.ts'
import { JobFold, type Projection } from '#server/projector/jobFold.ts'
import { fromRow, type ProjectionRow, toRow } from '#server/projector/projectionRow.ts'

/** Events of one job taken in before others get their turn. */
const EVENTS_PER_TURN = 20_000
/** Numbers of the outline's runs that are written together, once; the newest stay with the projection. */
const RUNS_TOGETHER = 1024

export type JobBehind = ProjectionRow & { job_id: string; org_id: string }

/** What became complete in a turn. */
type Complete = {
  chunks: { first_line: number; lines: number; last_seq: number; body: string }[]
  cuts: { seq: number; payload: string }[]
}

/** @returns how far the projection is now, and whether the job has more events than one turn takes */
export async function projectJob(sql: Sql, job: JobBehind): Promise<{ seq: number; hasMore: boolean }> {
  const projection = fromRow(job)
  const start = projection.seq
  const done: Complete = { chunks: [], cuts: [] }
  const fold = new JobFold(projection, {
    chunk: (chunk) => done.chunks.push(chunkRow(chunk)),
    cut: (seq, payload) => done.cuts.push({ seq, payload }),
  })
  const seq = await foldEvents(sql, { jobId: job.job_id, fold, end: start + EVENTS_PER_TURN })
  if (seq > start) await save(sql, job, projection, done)
  return { seq, hasMore: seq - start === EVENTS_PER_TURN }
}

function chunkRow(chunk: LineChunk): Complete['chunks'][number] {
  return {
    first_line: chunk.firstLine,
    lines: chunk.texts.length,
    last_seq: chunk.seqs.at(-1) ?? 0,
    body: compress(encodeChunk(chunk)).toString('hex'),
  }
}

/**
 * One statement, so all of it or nothing; and nothing if the projection is no longer where this turn began: another
 * process was faster, or it is being made anew. A rebuild that began just before a turn was saved cannot see what the
 * turn wrote: that is overwritten with the same.
 */
async function save(sql: Sql, job: JobBehind, projection: Projection, { chunks, cuts }: Complete): Promise<void> {
  const closed = closeRuns(projection.outline.runs)
  const row = toRow(projection)
  const { job_id, org_id, projected_seq } = job
  const moved =
    projected_seq === null
      ? sql`insert into job_projections (org_id, job_id, projected_seq, totals, lines, outline, counts)
          values (${org_id}, ${job_id}, ${row.projected_seq}, ${row.totals}, ${row.lines}, ${row.outline}, ${row.counts})
          on conflict (job_id) do nothing returning 1`
      : sql`update job_projections set projected_seq = ${row.projected_seq}, totals = ${row.totals},
            lines = ${row.lines}, outline = ${row.outline}, counts = ${row.counts}
          where job_id = ${job_id} and projected_seq = ${projected_seq} returning 1`
  await sql`
    with moved as (${moved}), new_chunks as (
      insert into line_chunks (org_id, job_id, first_line, lines, last_seq, body)
      select ${org_id}, ${job_id}, c.first_line, c.lines, c.last_seq, decode(c.body, 'hex')
      from unnest(${chunks.map((chunk) => chunk.first_line)}::bigint[], ${chunks.map((chunk) => chunk.lines)}::int[],
        ${chunks.map((chunk) => chunk.last_seq)}::bigint[], ${chunks.map((chunk) => chunk.body)}::text[])
        as c (first_line, lines, last_seq, body)
      where exists (select from moved)
      on conflict (job_id, first_line) do update
        set lines = excluded.lines, last_seq = excluded.last_seq, body = excluded.body
    ), new_runs as (
      insert into outline_runs (org_id, job_id, first_seq, last_seq, runs)
      select ${org_id}, ${job_id}, r.first_seq, r.last_seq, r.runs
      from unnest(${closed.map((runs) => runs[0] ?? 0)}::bigint[], ${closed.map((runs) => runs.at(-1) ?? 0)}::bigint[],
        ${closed.map((runs) => JSON.stringify(runs))}::text[]) as r (first_seq, last_seq, runs)
      where exists (select from moved)
      on conflict (job_id, first_seq) do update set last_seq = excluded.last_seq, runs = excluded.runs
    )
    insert into outline_cuts (org_id, job_id, seq, payload)
    select ${org_id}, ${job_id}, c.seq, c.payload
    from unnest(${cuts.map((cut) => cut.seq)}::bigint[], ${cuts.map((cut) => cut.payload)}::text[]) as c (seq, payload)
    where exists (select from moved)
    on conflict (job_id, seq) do update set payload = excluded.payload`
}

/** Takes off the runs that can no longer grow, in equal parts. */
function closeRuns(runs: number[]): number[][] {
  const closed: number[][] = []
  while (runs.length > RUNS_TOGETHER) closed.push(runs.splice(0, RUNS_TOGETHER))
  return closed
}
