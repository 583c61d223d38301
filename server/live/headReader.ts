import type { Head, JobAddress, Journal } from '#server/journal/journal.ts'

/** Jobs per query: bounds its parameters. */
const jobsPerQuery = 1000

type Asked = { jobId: string; resolve(head: Head | null): void; reject(error: unknown): void }

/**
 * Heads from PostgreSQL. Those that are asked for in the same turn share a query, so that a thousand readers that come
 * back at once do not cost a thousand.
 */
export class HeadReader {
  readonly #journal: Pick<Journal, 'readHeads'>
  /** by organisation: the answer names jobs alone, and must never reach another organisation's reader */
  #asked = new Map<string, Asked[]>()

  constructor(journal: Pick<Journal, 'readHeads'>) {
    this.#journal = journal
  }

  /** As of a moment after the call; null if the organisation has no such job. */
  read({ orgId, jobId }: JobAddress): Promise<Head | null> {
    return new Promise((resolve, reject) => {
      const asked = this.#asked.get(orgId)
      if (asked) {
        asked.push({ jobId, resolve, reject })
        return
      }
      this.#asked.set(orgId, [{ jobId, resolve, reject }])
      setImmediate(() => this.#query(orgId))
    })
  }

  #query(orgId: string): void {
    const asked = this.#asked.get(orgId) ?? []
    this.#asked.delete(orgId)
    for (let i = 0; i < asked.length; i += jobsPerQuery) void this.#answer(orgId, asked.slice(i, i + jobsPerQuery))
  }

  async #answer(orgId: string, asked: readonly Asked[]): Promise<void> {
    try {
      const jobIds = new Set(asked.map(({ jobId }) => jobId))
      const heads = await this.#journal.readHeads([...jobIds].map((jobId) => ({ orgId, jobId })))
      for (const { jobId, resolve } of asked) resolve(heads.get(jobId) ?? null)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}
