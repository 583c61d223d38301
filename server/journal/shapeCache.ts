import { LRUCache } from 'lru-cache'
import type { Sql } from 'postgres'
import { WaybillError } from '#domain/errors.ts'
import { type GateShape, type JobShape, type JobState, newShape, type StepShape } from '#domain/job/shape.ts'

/** A job's shape as stored, and the newest event it knows of. Verdicts on it hold only while shape_seq is the same. */
export type StoredShape = { orgId: string; shapeSeq: number; shape: JobShape }

export type ShapeCache = {
  get(jobId: string): StoredShape | undefined
  set(jobId: string, stored: StoredShape): void
  drop(jobId: string): void
}

/** Parts held over all jobs: about 200 bytes each, so some 100 MB at the very most. */
const MAX_PARTS = 500_000

export function openShapeCache(): ShapeCache {
  const cache = new LRUCache<string, StoredShape>({
    maxSize: MAX_PARTS,
    sizeCalculation: ({ shape }) => 1 + shape.steps.size + shape.gates.size,
  })
  return {
    get: (jobId) => cache.get(jobId),
    set: (jobId, stored) => void cache.set(jobId, stored),
    drop: (jobId) => void cache.delete(jobId),
  }
}

type JobRow = { id: string; org_id: string; state: JobState; attempt: number; parts: number; shape_seq: number }
type StepRow = {
  job_id: string
  step_id: string
  run: number
  explicit: boolean
  parent_step_id: string | null
  open: boolean
}
type GateRow = { job_id: string; gate_id: string; run: number; explicit: boolean; open: boolean }

/**
 * Reads the stored shapes of jobs. The jobs row comes first: should the parts read after it be newer, shape_seq has
 * moved on and append_events refuses the verdict as stale.
 *
 * @returns by job id; a job that does not exist is absent
 */
export async function loadShapes(sql: Sql, ids: readonly string[]): Promise<Map<string, StoredShape>> {
  const loaded = new Map<string, StoredShape>()
  const rows = await sql<JobRow[]>`
    select id, org_id, state, attempt, parts, shape_seq from jobs where id = any(${ids}::uuid[])`
  for (const row of rows) {
    const shape = { ...newShape(), state: row.state, attempt: row.attempt, parts: row.parts }
    loaded.set(row.id, { orgId: row.org_id, shapeSeq: row.shape_seq, shape })
  }
  if (!rows.some((row) => row.parts > 0)) return loaded
  const steps = await sql<StepRow[]>`
    select distinct on (s.job_id, s.step_id) s.job_id, s.step_id, s.run, s.explicit, s.parent_step_id,
      s.ended_seq is null as open
    from steps s join jobs j on j.id = s.job_id and j.attempt = s.attempt
    where s.job_id = any(${ids}::uuid[]) order by s.job_id, s.step_id, s.run desc`
  for (const row of steps) loaded.get(row.job_id)?.shape.steps.set(row.step_id, stepShape(row))
  const gates = await sql<GateRow[]>`
    select distinct on (g.job_id, g.gate_id) g.job_id, g.gate_id, g.run, g.explicit, g.ended_seq is null as open
    from gates g join jobs j on j.id = g.job_id and j.attempt = g.attempt
    where g.job_id = any(${ids}::uuid[]) order by g.job_id, g.gate_id, g.run desc`
  for (const row of gates) loaded.get(row.job_id)?.shape.gates.set(row.gate_id, gateShape(row))
  return loaded
}

function stepShape(row: StepRow): StepShape {
  return { run: row.run, open: row.open, explicit: row.explicit, parentId: row.parent_step_id }
}

function gateShape(row: GateRow): GateShape {
  return { run: row.run, open: row.open, explicit: row.explicit }
}

/** The same answer for a job that is unknown and one that is somebody else's. */
export function noSuchJob(jobId: string): WaybillError {
  return new WaybillError('NOT_FOUND', `There is no job ${jobId}.`)
}
