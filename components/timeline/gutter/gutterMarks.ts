import type { Density } from '#domain/search/density.ts'

/** Pixels from the top that are marked: [top, end). */
export type GutterMark = { top: number; end: number }

export type GutterSpace = {
  /** pixels */
  height: number
  /** lines [first, end) that the scroller has, counted from 0 */
  first: number
  end: number
  /** rows that show them */
  rows: number
  /** the row of one of them; of a hidden one, the row after it */
  rowOf(line: number): number
}

/** Pixels of the smallest mark: a hit among a million lines would be a thousandth of one. */
const least = 2

/**
 * Where along a scroller there is something, ascending and apart from each other. The place of a row in the gutter is its
 * place among all rows, as in the scrollbar's track.
 */
export function gutterMarks({ origin, width, counts }: Density, space: GutterSpace): GutterMark[] {
  const { height, rows, rowOf } = space
  const marks: GutterMark[] = []
  if (rows === 0 || height < least) return marks
  for (const [index, count] of counts.entries()) {
    const line = origin - 1 + index * width
    const from = Math.max(space.first, line)
    const to = Math.min(space.end, line + width)
    if (count === 0 || from >= to) continue
    const top = Math.min(height - least, Math.floor((rowOf(from) / rows) * height))
    const end = Math.max(top + least, Math.ceil((rowOf(to) / rows) * height))
    const last = marks.at(-1)
    if (last && top <= last.end) last.end = Math.max(last.end, end)
    else marks.push({ top, end })
  }
  return marks
}
