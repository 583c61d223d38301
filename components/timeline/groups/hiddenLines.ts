/** Lines [first, end), counted from 0. */
export type LineSpan = { first: number; end: number }

/**
 * Which lines are hidden, and so which row shows which line. Rows are the shown lines, counted from the first line of
 * all. Every question costs the logarithm of the number of spans, however many lines there are.
 */
export class HiddenLines {
  /** ascending, apart from each other, none empty */
  readonly spans: readonly LineSpan[]
  /** lines hidden before each span, and in the end by all */
  private readonly before: readonly number[]

  /** @param spans in any order; they may lie over each other */
  constructor(spans: readonly LineSpan[] = []) {
    this.spans = merge(spans)
    let sum = 0
    this.before = [0, ...this.spans.map(({ first, end }) => (sum += end - first))]
  }

  has(line: number): boolean {
    const span = this.spans[this.spansUpTo(line) - 1]
    return span !== undefined && line < span.end
  }

  /** The row of a line; of a hidden one, the row of the next that is shown. */
  rowOf(line: number): number {
    const spans = this.spansUpTo(line)
    const last = this.spans[spans - 1]
    const hidden = this.before[spans] ?? 0
    return line - hidden + (last ? Math.max(0, last.end - line) : 0)
  }

  /** The line that a row shows. */
  lineAt(row: number): number {
    let low = 0
    let high = this.spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.spans[middle]?.first ?? 0) - (this.before[middle] ?? 0) <= row) low = middle + 1
      else high = middle
    }
    return row + (this.before[low] ?? 0)
  }

  /** The shown lines of rows [first, end), as spans. */
  shownIn(first: number, end: number): LineSpan[] {
    const shown: LineSpan[] = []
    for (let row = first; row < end; ) {
      const line = this.lineAt(row)
      const next = this.spans[this.spansUpTo(line)]
      const length = Math.min(end - row, next ? next.first - line : Number.POSITIVE_INFINITY)
      shown.push({ first: line, end: line + length })
      row += length
    }
    return shown
  }

  /** Spans that begin at or before a line. */
  private spansUpTo(line: number): number {
    let low = 0
    let high = this.spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.spans[middle]?.first ?? 0) <= line) low = middle + 1
      else high = middle
    }
    return low
  }
}

function merge(spans: readonly LineSpan[]): LineSpan[] {
  const merged: LineSpan[] = []
  for (const { first, end } of [...spans].sort((a, b) => a.first - b.first)) {
    if (end <= first) continue
    const last = merged.at(-1)
    if (last && first <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ first, end })
  }
  return merged
}
