import type { OutputIndex } from '#components/timeline/data/outputIndex.ts'

/** The lines that are shown, as rows: all of the job, or those of one step's run. Both count from 0. */
export type OutputScope = {
  count: number
  lineOf(row: number): number
  /** the row of a line, or of the next one that is shown; null if none is */
  rowOf(line: number): number | null
}

/** @param step key of a step's run, or null for the whole job */
export function outputScope(output: OutputIndex, step: string | null): OutputScope {
  if (step === null) {
    const count = output.lines
    return { count, lineOf: (row) => row, rowOf: (line) => (count === 0 ? null : Math.min(line, count - 1)) }
  }
  const lines = output.linesOfScope(step)
  if (!lines) return { count: 0, lineOf: () => 0, rowOf: () => null }
  const { length } = lines
  return {
    count: length,
    lineOf: (row) => lines.at(row),
    rowOf: (line) => (length === 0 ? null : Math.min(lines.lastAtMost(line - 1) + 1, length - 1)),
  }
}
