/** Where a text occurs in the output: kept as the job grows, so a search costs each line once. */
export class LineSearch {
  /** line numbers of hits, counted from 0, ascending */
  readonly hits: number[] = []
  /** lines looked at so far */
  scanned = 0
  private readonly needle: string
  private readonly textsOf: (first: number, end: number) => Promise<string[]>

  /** @param query found wherever it occurs, whatever its case */
  constructor(query: string, textsOf: (first: number, end: number) => Promise<string[]>) {
    this.needle = query.toLowerCase()
    this.textsOf = textsOf
  }

  /** Looks at no more than `most` further lines of `total`. @throws if they cannot be read */
  async scan(total: number, most: number): Promise<void> {
    const first = this.scanned
    const end = Math.min(total, first + most)
    const texts = await this.textsOf(first, end)
    if (this.scanned !== first) return
    texts.forEach((text, n) => {
      if (text.toLowerCase().includes(this.needle)) this.hits.push(first + n)
    })
    this.scanned = end
  }

  /** The hit after or before a line, going round at the ends; null if there is none. */
  next(from: number, direction: 1 | -1): number | null {
    if (this.hits.length === 0) return null
    if (direction === 1) return this.hits.find((line) => line > from) ?? this.hits[0] ?? null
    return this.hits.findLast((line) => line < from) ?? this.hits.at(-1) ?? null
  }
}
