import type { JobReads } from '#components/timeline/data/jobReads.ts'
import { type Line, type OpenPage, openPage } from '#components/timeline/data/openPage.ts'
import { PageCache } from '#components/timeline/data/pageCache.ts'
import { linesPerPage } from '#domain/view/linePage.ts'

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

  /** Reads what is missing of lines [first, end) and then their neighbours, the end of the job as far as it is known. */
  want(first: number, end: number): void {
    const span = end - first
    const inView = pagesOf(first, end)
    const around = pagesOf(Math.max(0, first - span), Math.min(this.total, end + span))
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
    return this.reads.lineAt(seq)
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
