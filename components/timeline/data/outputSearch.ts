import { searchJob } from '#components/timeline/data/searchJob.ts'
import { addDensities, type Density } from '#domain/search/density.ts'
import type { Hit } from '#domain/search/messages.ts'

export type Search = typeof searchJob

const paceMs = 1_000
/** hits whose places in their lines are kept; the others are looked for in the line when it is drawn */
const mostHits = 1_000

/**
 * One search over a job's output, kept up as the job goes on: what comes after the events looked at so far is searched by
 * itself and added, so the total is exact for all of them.
 */
export class OutputSearch {
  total = 0
  /** the first hits, by line counted from 0 */
  readonly hits = new Map<number, Hit>()
  /** where they lie along the lines; null: nothing is known yet */
  density: Density | null = null
  /** why the filter finds nothing at all, as a sentence */
  problem: string | null = null
  /** every event up to this one was looked at */
  head = 0
  private readonly jobId: string
  private readonly query: string
  private readonly changed: () => void
  private readonly search: Search
  private readonly pace: () => Promise<void>
  private readonly controller = new AbortController()
  private isSearching = false
  /** asking again will be answered the same */
  private isRefused = false

  constructor(options: {
    jobId: string
    query: string
    changed: () => void
    search?: Search
    pace?: () => Promise<void>
  }) {
    this.jobId = options.jobId
    this.query = options.query
    this.changed = options.changed
    this.search = options.search ?? searchJob
    this.pace = options.pace ?? (() => new Promise((resolve) => setTimeout(resolve, paceMs)))
  }

  /** Looks at what came up to `head`, unless it does so already. */
  async lookThrough(head: number): Promise<void> {
    if (this.isSearching || this.isRefused || this.head >= head || this.controller.signal.aborted) return
    this.isSearching = true
    const before = this.total
    try {
      // the rest by a term of its own: all terms must hold
      const query = this.head === 0 ? this.query : `${this.query} seq:${this.head + 1}..`
      for await (const message of this.search({ jobId: this.jobId, query, signal: this.controller.signal })) {
        if (message.type === 'hits') this.keep(message.hits)
        if (message.type === 'progress' || message.type === 'done') this.total = before + message.total
        if (message.type === 'done') {
          const { lines } = message.density
          this.density = this.density ? addDensities(this.density, lines) : lines
          this.head = message.head
        }
        this.problem = message.type === 'failed' ? message.problem.detail : null
        if (message.type === 'failed') {
          // a server with too much to do has less in a moment
          this.isRefused = message.problem.code !== 'TOO_MANY_SEARCHES'
          this.total = before
        }
        this.changed()
      }
    } catch {
      // the server is away, as the stream says: what was found so far may lack something, so it is looked for again
      this.total = before
    }
    await this.pace()
    this.isSearching = false
    this.changed()
  }

  /** The hit after or before a line counted from 0, going round at the ends; null if there is none or no answer. */
  async next(from: number | null, direction: 1 | -1): Promise<number | null> {
    const near = direction === 1 ? { after: from === null ? 0 : from + 1 } : from === null ? {} : { before: from + 1 }
    return (await this.first(direction, near)) ?? (await this.first(direction, {}))
  }

  stop(): void {
    this.controller.abort()
  }

  private keep(hits: readonly Hit[]): void {
    for (const hit of hits) if (this.hits.size < mostHits) this.hits.set(hit.line - 1, hit)
  }

  private async first(direction: 1 | -1, near: { after?: number; before?: number }): Promise<number | null> {
    const { jobId, query } = this
    const range = direction === 1 ? near : { before: Number.MAX_SAFE_INTEGER, ...near }
    const controller = new AbortController()
    try {
      for await (const message of this.search({ jobId, query, limit: 1, ...range, signal: controller.signal })) {
        const hit = message.type === 'hits' ? message.hits[0] : undefined
        if (hit) {
          this.keep([hit])
          return hit.line - 1
        }
      }
    } catch {
      return null
    } finally {
      controller.abort()
    }
    return null
  }
}
