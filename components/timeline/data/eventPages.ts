import type { JobReads } from '#components/timeline/data/jobReads.ts'
import { PageCache } from '#components/timeline/data/pageCache.ts'
import type { Event } from '#domain/events/envelope.ts'

const eventsPerPage = 100

/** Whole events of any type, read page by page where they are looked at. */
export class EventPages {
  private readonly pages: PageCache<Event[]>
  /** looked at alone: its neighbours may be large */
  private readonly single: PageCache<Event | null>

  private tail = 0

  constructor(reads: JobReads, changed: () => void) {
    this.pages = new PageCache({
      read: (number) => readAll(reads, number * eventsPerPage),
      changed,
      most: 40,
    })
    this.single = new PageCache({
      read: async (seq) => (await reads.events(seq - 1, 1)).events.find((event) => event.seq === seq) ?? null,
      changed,
      most: 200,
    })
  }

  /** An event, if it is here. */
  at(seq: number): Event | null {
    return this.pages.peek(pageOf(seq))?.[(seq - 1) % eventsPerPage] ?? this.single.peek(seq)
  }

  /** Reads what is missing of events `first` through `last`. */
  want(first: number, last: number): void {
    const from = pageOf(first)
    const numbers = Array.from({ length: pageOf(last) - from + 1 }, (_, n) => from + n)
    this.pages.want(numbers.filter((number) => !this.isWhole(number, last)))
  }

  /** The newest event that can be shown to one who stays at the end: the end is never a blank, unless all of it is. */
  shownThrough(head: number): number {
    for (const number of [pageOf(head), pageOf(head) - 1]) {
      const page = number < 0 ? null : this.pages.peek(number)
      if (page) this.tail = Math.max(this.tail, number * eventsPerPage + page.length)
    }
    return head - this.tail > 2 * eventsPerPage ? head : Math.min(this.tail, head)
  }

  /** An event from here or from the server; null if the server has none of that seq. @throws if the server does not answer */
  async load(seq: number): Promise<Event | null> {
    return this.at(seq) ?? this.single.load(seq, (event) => event !== null)
  }

  clear(): void {
    this.tail = 0
    this.pages.clear()
    this.single.clear()
  }

  private isWhole(number: number, last: number): boolean {
    const page = this.pages.peek(number)
    return page !== null && page.length >= Math.min(eventsPerPage, last - number * eventsPerPage)
  }
}

function pageOf(seq: number): number {
  return Math.floor((seq - 1) / eventsPerPage)
}

/** A page ends early where events are large: it is read on until it is full or the job has no more. */
async function readAll(reads: JobReads, after: number): Promise<Event[]> {
  const events: Event[] = []
  for (let next = after; events.length < eventsPerPage; ) {
    const page = await reads.events(next, eventsPerPage - events.length)
    events.push(...page.events)
    if (page.events.length === 0 || page.next >= page.head) break
    next = page.next
  }
  return events
}
