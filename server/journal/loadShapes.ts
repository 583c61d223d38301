import type { Sql } from 'postgres'
import { type JobState, newShape } from '#domain/job/shape.ts'
import type { StoredShape } from '#server/journal/shapeCache.ts'

export type WantedShape = { jobId: string /** an older shape to read on from */; known: StoredShape | undefined }

type StepPart = { id: string; run: number; explicit: boolean; parent: string | null; open: boolean }
type GatePart = { id: string; run: number; explicit: boolean; open: boolean }
type Row = {
  id: string
  org_id: string
  state: JobState
  attempt: number
  parts: number
  shape_seq: number
  steps: StepPart[] | null
  gates: GatePart[] | null
}

/**
 * Reads the stored shapes of jobs, of known ones only the parts that changed since: reading 10,000 steps again after each
 * conflict would take longer than the other writer needs to make the next one. One statement, so a shape is of one
 * moment.
 *
 * @returns by job id; a job that does not exist is absent. A known shape is brought up to date in place.
 */
export async function loadShapes(sql: Sql, wanted: readonly WantedShape[]): Promise<Map<string, StoredShape>> {
  const rows = await sql<Row[]>`
    select j.id, j.org_id, j.state, j.attempt, j.parts, j.shape_seq,
      (select json_agg(json_build_object('id', s.step_id, 'run', s.run, 'explicit', s.explicit,
          'parent', s.parent_step_id, 'open', s.ended_seq is null) order by s.run)
        from steps s where s.job_id = j.id and s.attempt = j.attempt and s.changed_seq > w.since) as steps,
      (select json_agg(json_build_object('id', g.gate_id, 'run', g.run, 'explicit', g.explicit,
          'open', g.ended_seq is null) order by g.run)
        from gates g where g.job_id = j.id and g.attempt = j.attempt and g.changed_seq > w.since) as gates
    from unnest(${wanted.map(({ jobId }) => jobId)}::uuid[],
      ${wanted.map(({ known }) => known?.shapeSeq ?? 0)}::bigint[]) as w (job_id, since)
    join jobs j on j.id = w.job_id`
  const known = new Map(wanted.map((one) => [one.jobId, one.known]))
  const loaded = new Map(rows.map((row) => [row.id, takeRow(row, known.get(row.id))]))
  // Known to have come further than the database: it was set back. Only a full read helps.
  const setBack = rows.filter((row) => row.shape_seq < (known.get(row.id)?.shapeSeq ?? 0))
  if (setBack.length === 0) return loaded
  const again = await loadShapes(
    sql,
    setBack.map(({ id }) => ({ jobId: id, known: undefined })),
  )
  return new Map([...loaded, ...again])
}

function takeRow(row: Row, known: StoredShape | undefined): StoredShape {
  // An attempt begins without parts, so what changed since the older shape is all of a newer attempt.
  const shape = known?.shape.attempt === row.attempt ? known.shape : newShape()
  shape.state = row.state
  shape.attempt = row.attempt
  shape.parts = row.parts
  // Oldest run first: the newest is what counts.
  for (const { id, parent, ...step } of row.steps ?? []) shape.steps.set(id, { ...step, parentId: parent })
  for (const { id, ...gate } of row.gates ?? []) shape.gates.set(id, gate)
  return { orgId: row.org_id, shapeSeq: row.shape_seq, shape, isCurrent: true }
}
