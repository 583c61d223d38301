import type { EventKind } from '#domain/events/kinds.ts'
import type { CountsTable } from '#domain/view/countPyramid.ts'

/** Bottom up, in each column. */
export const stripKinds: readonly EventKind[] = ['output', 'step', 'ai', 'gate']

/** Outline of each kind's columns as an SVG path; kinds that the job has none of are left out. */
export type KindStrip = { kind: EventKind; path: string }[]

type Size = { width: number; height: number; columns: number }

/**
 * What happened when, in so many columns from the job's making to its end: a column is as tall as the square root of its
 * share of the busiest, so that one gate shows beside ten thousand lines, and its kinds share its height.
 *
 * @param span milliseconds from the job's making to its end, or to now
 */
export function kindStrip(counts: CountsTable, span: number, { width, height, columns }: Size): KindStrip {
  const sums = stripKinds.map((kind) => spread(counts.kinds[kind], counts.bucketMs, { span, columns }))
  const totals = Array.from({ length: columns }, (_, n) => sums.reduce((sum, lane) => sum + (lane[n] ?? 0), 0))
  const most = Math.max(1, ...totals)
  const pitch = width / columns
  const bottoms = new Array<number>(columns).fill(height)
  return stripKinds.flatMap((kind, at) => {
    let path = ''
    sums[at]?.forEach((count, n) => {
      if (count === 0) return
      const column = Math.max(4, Math.sqrt((totals[n] ?? 0) / most) * height)
      const tall = Math.max(1, (count / (totals[n] ?? 1)) * column)
      const bottom = bottoms[n] ?? height
      bottoms[n] = bottom - tall
      path += `M${round(n * pitch)} ${round(bottom)}v${round(-tall)}h${round(pitch - 1)}v${round(tall)}z`
    })
    return path === '' ? [] : [{ kind, path }]
  })
}

/** Buckets of one width into columns of another. A bucket goes to the column in which it begins. */
function spread(buckets: readonly number[], bucketMs: number, to: { span: number; columns: number }): number[] {
  const columns = new Array<number>(to.columns).fill(0)
  buckets.forEach((count, n) => {
    const at = Math.min(to.columns - 1, Math.floor(((n * bucketMs) / Math.max(1, to.span)) * to.columns))
    columns[at] = (columns[at] ?? 0) + count
  })
  return columns
}

function round(n: number): number {
  return Math.round(n * 100) / 100
}
