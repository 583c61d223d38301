import { CountPyramid, type CountsTable } from '#domain/view/countPyramid.ts'
import { compress, decompress } from '#server/projector/compression.ts'
import { noProjection, type Projection } from '#server/projector/jobFold.ts'

/** One row of job_projections; all null: the job has none yet. */
export type ProjectionRow = {
  projected_seq: number | null
  totals: string | null
  lines: string | null
  outline: string | null
  /** may be left out by readers that need no counts */
  counts?: Uint8Array | null
}

export function fromRow({ projected_seq, totals, lines, outline, counts }: ProjectionRow): Projection {
  if (projected_seq === null || totals === null || lines === null || outline === null) return noProjection()
  return {
    seq: projected_seq,
    totals: JSON.parse(totals),
    lines: JSON.parse(lines),
    outline: JSON.parse(outline),
    counts: counts ? CountPyramid.from(JSON.parse(decompress(counts)) as CountsTable) : new CountPyramid(),
  }
}

/** The columns of a row that is there. */
export type SavedRow = { [K in keyof ProjectionRow]-?: Exclude<ProjectionRow[K], null | undefined> }

export function toRow({ seq, totals, lines, outline, counts }: Projection): SavedRow {
  return {
    projected_seq: seq,
    totals: JSON.stringify(totals),
    lines: JSON.stringify(lines),
    outline: JSON.stringify(outline),
    counts: compress(JSON.stringify(counts.toTable())),
  }
}
