import type { JobReads } from '#components/timeline/data/jobReads.ts'
import { type Line, type OpenPage, openPage } from '#components/timeline/data/openPage.ts'
import { PageCache } from '#components/timeline/data/pageCache.ts'
import { linesPerPage } from '#domain/view/linePage.ts'

/** Pages that a scan asks for before it has looked at the first of them. */
const scanAhead = 4

/** The output's lines, counted from 0, read page by page where they are looked at. */
export class Lines {
  /** how many lines the job has; changes as it goes on */
  total = 0
  /** the history that the lines are of */
  epoch = ''
  private readonly reads: JobReads
  private readonly pages: PageCache<OpenPage>
  private tail = 0

  constructor(reads: JobReads, changed: () => void) {
    this.reads = reads
    this.pages = new PageCache({
      read: async (number) => openPage(await reads.lines(number, this.epoch)),
      changed,
      most: 64,
      weight: { of: ({ size }) => size, most: 12_000_000 },
    })
  }

  /** A line, if it is here. */
  at(line: number): Line | null {
    return this.pages.peek(Math.floor(line / linesPerPage))?.line(line % linesPerPage) ?? null
  }

  /**
   * Reads what is missing of the lines in view and then their neighbours, the end of the job as far as it is known.
   *
   * @param spans lines [first, end), ascending
   */
  want(spans: readonly { first: number; end: number }[]): void {
    const first = spans[0]?.first ?? 0
    const end = spans.at(-1)?.end ?? 0
    const inView = spans.flatMap((span) => pagesOf(span.first, span.end))
    const count = spans.reduce((sum, span) => sum + span.end - span.first, 0)
    const around = [...pagesOf(Math.max(0, first - count), first), ...pagesOf(end, Math.min(this.total, end + count))]
    this.pages.want([...new Set([...inView, ...around])].filter((number) => !this.isWhole(number)))
  }

  /**
   * How many lines can be shown by one who stays at the end: those that are here, so that the end is never a blank. All
   * there are, if what is here lies far behind.
   */
  shownThrough(): number {
    for (const number of pagesOf(Math.max(0, this.total - 1), this.total).flatMap((last) => [last, last - 1])) {
      const page = number < 0 ? null : this.pages.peek(number)
      if (page) this.tail = Math.max(this.tail, number * linesPerPage + page.count)
    }
    return this.total - this.tail > 2 * linesPerPage ? this.total : Math.min(this.tail, this.total)
  }

  /** The first line at or after an event; `total` if none is. */
  async atOrAfter(seq: number): Promise<number> {
    for (const [number, page] of this.pages.entries()) {
      const place = page.atOrAfter(seq)
      if (place !== null) return number * linesPerPage + place
    }
    return this.reads.lineAt(seq)
  }

  /**
   * Lines [first, end), or as many as there are, a page's at a time. What is not here is read some pages ahead and not
   * kept: who reads much must not take the place of what is looked at.
   */
  async *scan(first: number, end: number): AsyncGenerator<Line[]> {
    const numbers = pagesOf(first, end)
    const read = numbers.slice(0, scanAhead).map((number) => this.pageFor(number))
    for (const [n, number] of numbers.entries()) {
      const page = await read[n]
      const next = numbers[n + scanAhead]
      if (next !== undefined) read.push(this.pageFor(next))
      if (!page) return
      const start = number * linesPerPage
      const lines: Line[] = []
      for (let at = Math.max(0, first - start); at < Math.min(page.count, end - start); at++) {
        const line = page.line(at)
        if (line) lines.push(line)
      }
      yield lines
      if (page.count < Math.min(linesPerPage, end - start)) return
    }
  }

  /** Texts of lines [first, end), as they were written. */
  async texts(first: number, end: number): Promise<string[]> {
    const texts: string[] = []
    for (const number of pagesOf(first, end)) {
      const least = Math.min(end - number * linesPerPage, linesPerPage)
      const page = await this.pages.load(number, ({ count }) => count >= least)
      for (let n = Math.max(0, first - number * linesPerPage); n < least; n++) texts.push(page.line(n)?.text ?? '')
    }
    return texts
  }

  clear(): void {
    this.total = 0
    this.tail = 0
    this.pages.clear()
  }

  private async pageFor(number: number): Promise<OpenPage> {
    const page = this.pages.peek(number)
    const isHere = page !== null && this.isWhole(number)
    return isHere ? page : openPage(await this.reads.lines(number, this.epoch))
  }

  private isWhole(number: number): boolean {
    const page = this.pages.peek(number)
    return page !== null && page.count >= Math.min(linesPerPage, this.total - number * linesPerPage)
  }
}

function pagesOf(first: number, end: number): number[] {
  if (end <= first) return []
  const from = Math.floor(first / linesPerPage)
  return Array.from({ length: Math.floor((end - 1) / linesPerPage) - from + 1 }, (_, n) => from + n)
}
