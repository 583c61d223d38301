/** Where a text occurs: kept as the job grows, so a search costs each line once. */
export class LineSearch {
  /** line numbers of hits, ascending */
  readonly hits: number[] = []
  /** lines looked at so far */
  scanned = 0
  private readonly needle: string
  private readonly textOf: (line: number) => string

  /** @param query found wherever it occurs, whatever its case */
  constructor(query: string, textOf: (line: number) => string) {
    this.needle = query.toLowerCase()
    this.textOf = textOf
  }

  /** Looks at no more than `most` further lines of `total`. @returns whether all were looked at */
  scan(total: number, most: number): boolean {
    const end = Math.min(total, this.scanned + most)
    for (let line = this.scanned; line < end; line++) {
      if (this.textOf(line).toLowerCase().includes(this.needle)) this.hits.push(line)
    }
    this.scanned = end
    return end === total
  }

  /** The hit after or before a line, going round at the ends; null if there is none. */
  next(from: number, direction: 1 | -1): number | null {
    if (this.hits.length === 0) return null
    if (direction === 1) return this.hits.find((line) => line > from) ?? this.hits[0] ?? null
    return this.hits.findLast((line) => line < from) ?? this.hits.at(-1) ?? null
  }
}
