export type PageCacheOptions<Page> = {
  /** asks the server; throws if it cannot be asked */
  read: (number: number) => Promise<Page>
  /** told when a page came */
  changed: () => void
  /** pages kept; the ones looked at longest ago go first */
  most: number
  /** size of a page in characters, and how many are kept */
  weight?: { of: (page: Page) => number; most: number }
  wait?: (ms: number) => Promise<void>
}

const together = 4
const retryMs = 1_000

/**
 * Numbered pages of something on the server, read when they are wanted. What is there stays until something newer
 * replaces it; what is wanted last is read first, so that a drag through a thousand pages does not read a thousand pages.
 */
export class PageCache<Page> {
  private readonly options: PageCacheOptions<Page>
  private readonly pages = new Map<number, Page>()
  private readonly reading = new Map<number, Promise<Page>>()
  private wanted: number[] = []
  private weight = 0
  private generation = 0

  constructor(options: PageCacheOptions<Page>) {
    this.options = options
  }

  /** A page that is here. */
  peek(number: number): Page | null {
    const page = this.pages.get(number)
    if (page === undefined) return null
    this.pages.delete(number)
    this.pages.set(number, page)
    return page
  }

  /** The pages that are here. */
  entries(): IterableIterator<[number, Page]> {
    return this.pages.entries()
  }

  /** Reads pages in this order, in place of those wanted before. */
  want(numbers: readonly number[]): void {
    this.wanted = [...numbers]
    this.readNext()
  }

  /** A page, read anew unless it is on its way. */
  async read(number: number): Promise<Page> {
    return this.reading.get(number) ?? this.start(number)
  }

  /** A page from here if `isGood`, else from the server. */
  async load(number: number, isGood: (page: Page) => boolean): Promise<Page> {
    const page = this.peek(number)
    return page !== null && isGood(page) ? page : this.read(number)
  }

  clear(): void {
    this.generation++
    this.pages.clear()
    this.reading.clear()
    this.wanted = []
    this.weight = 0
  }

  private readNext(): void {
    while (this.reading.size < together) {
      const number = this.wanted.shift()
      if (number === undefined) return
      // a page that cannot be read is asked for again by whoever still looks at it
      if (!this.reading.has(number)) this.start(number).catch(() => {})
    }
  }

  private start(number: number): Promise<Page> {
    const { generation } = this
    const isCurrent = () => generation === this.generation
    const page = this.options.read(number).then(
      (read) => {
        if (!isCurrent()) return read
        this.keep(number, read)
        this.done(number)
        return read
      },
      async (error: unknown) => {
        await (this.options.wait ?? sleep)(retryMs)
        if (isCurrent()) this.done(number)
        throw error
      },
    )
    this.reading.set(number, page)
    return page
  }

  private done(number: number): void {
    this.reading.delete(number)
    this.readNext()
    this.options.changed()
  }

  private keep(number: number, page: Page): void {
    this.drop(number)
    this.pages.set(number, page)
    this.weight += this.weigh(page)
    const most = this.options.weight?.most ?? Number.POSITIVE_INFINITY
    for (const oldest of this.pages.keys()) {
      if (oldest === number || (this.pages.size <= this.options.most && this.weight <= most)) return
      this.drop(oldest)
    }
  }

  private drop(number: number): void {
    const page = this.pages.get(number)
    if (page === undefined) return
    this.pages.delete(number)
    this.weight -= this.weigh(page)
  }

  private weigh(page: Page): number {
    return this.options.weight?.of(page) ?? 0
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
