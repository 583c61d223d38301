import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { RebuildProgress } from '#domain/job/served.ts'
import type { JobTotals } from '#domain/job/totals.ts'
import type { CountsWindow } from '#domain/view/countPyramid.ts'
import type { LineOfSeq, LinePage } from '#domain/view/linePage.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { withinTime } from '#server/journal/withinTime.ts'
import type { Logger } from '#server/logger.ts'
import { releaseProjector } from '#server/projector/holdProjector.ts'
import { keepHouse } from '#server/projector/keepHouse.ts'
import { projectFlushes } from '#server/projector/projectFlushes.ts'
import { firstJob, projectForgotten } from '#server/projector/projectForgotten.ts'
import { readCounts } from '#server/projector/readCounts.ts'
import { type ProjectorLag, readLag } from '#server/projector/readLag.ts'
import { readChunks, readLineOfSeq, readLinePage } from '#server/projector/readLines.ts'
import { readOutline, type StoredOutline } from '#server/projector/readOutline.ts'
import type { StoredChunk } from '#server/projector/readProjection.ts'
import { readTotals } from '#server/projector/readTotals.ts'
import { rebuildJobs } from '#server/projector/rebuildJobs.ts'

/** What the timeline is drawn from, as of the job's head whatever is projected. Unknown and foreign jobs: NOT_FOUND. */
export type ProjectionReads = {
  /** @param after a seq, 0 for the beginning */
  outline(job: JobAddress, after: number): Promise<StoredOutline>
  /** @param buckets at most so many; a power of two */
  counts(job: JobAddress, buckets: number): Promise<CountsWindow>
  /** @param page from 0; NOT_FOUND beyond the last */
  linePage(job: JobAddress, page: number): Promise<LinePage>
  lineOfSeq(job: JobAddress, seq: number): Promise<LineOfSeq>
  /** All lines, compressed (readLines.ts). */
  chunks(job: JobAddress): AsyncGenerator<StoredChunk, { head: number }>
}

export type Projector = ProjectionReads & {
  /**
   * Exact totals of jobs: what is projected, plus the events after it. By job id; unknown and foreign jobs are absent.
   */
  totalsOf(jobs: readonly { orgId: string; jobId: string }[]): Promise<Map<string, JobTotals>>
  /** Makes projections anew from the journal: of one job, or of all of an organisation. */
  rebuild(which: { orgId: string; jobId?: string | undefined }): AsyncGenerator<RebuildProgress, undefined>
  lag(): Promise<ProjectorLag>
  /** `failing`: the last round of this process ended with an error. */
  health(): 'working' | 'failing'
  /** Begins to follow the journal. One process at a time does the work; the others stand by. */
  start(): void
  close(): Promise<void>
}

/** From the beginning of one round to that of the next: projections may be a second behind, not more. */
const ROUND_MS = 500
/** Between rounds that take long: the database has others to serve. */
const LEAST_REST_MS = 50
const HOUSEKEEPING_MS = 10 * 60_000
const CLOSING_MS = 5000

export function openProjector({ sql, log }: { sql: Sql; log: Pick<Logger, 'warn'> }): Projector {
  const holder = randomUUID()
  let timer: ReturnType<typeof setTimeout> | null = null
  let round: Promise<void> | null = null
  let closed = false
  let failing = false
  let cleanedAt = Number.NEGATIVE_INFINITY
  /** the last job that was looked at for being forgotten; null once all were */
  let lookedAt: string | null = firstJob

  async function run(): Promise<void> {
    const began = performance.now()
    let isDue = false
    try {
      const stopped = () => closed
      while (!closed && (await projectFlushes(sql, { holder, stopped })) === 'more') {}
      const before = lookedAt
      if (!closed && lookedAt !== null) lookedAt = await projectForgotten(sql, { holder, after: lookedAt, stopped })
      isDue = lookedAt !== null && lookedAt !== before
      if (!closed && performance.now() - cleanedAt > HOUSEKEEPING_MS) {
        await keepHouse(sql)
        cleanedAt = performance.now()
      }
      failing = false
    } catch (error) {
      // Once: a database that is away for an hour is one line, not seven thousand.
      if (!failing) log.warn('The projector rests; totals are read from the journal meanwhile', {}, error)
      failing = true
    }
    const rest = Math.max(LEAST_REST_MS, ROUND_MS - (performance.now() - began))
    if (!closed) timer = setTimeout(begin, failing ? ROUND_MS : isDue ? 0 : rest)
  }

  function begin(): void {
    round = run()
  }

  return {
    start: begin,
    lag: () => readLag(sql),
    health: () => (failing ? 'failing' : 'working'),
    totalsOf: (jobs) => readTotals(sql, jobs),
    outline: (job, after) => readOutline(sql, job, after),
    counts: (job, buckets) => readCounts(sql, job, buckets),
    linePage: (job, page) => readLinePage(sql, job, page),
    lineOfSeq: (job, seq) => readLineOfSeq(sql, job, seq),
    chunks: (job) => readChunks(sql, job),
    rebuild: (which) => rebuildJobs(sql, which),
    close: async () => {
      closed = true
      if (timer) clearTimeout(timer)
      const ended = (round ?? Promise.resolve()).then(() => releaseProjector(sql, holder))
      // A database that is away must not keep the process; then its hold runs out by itself.
      await withinTime(ended, CLOSING_MS).catch(() => {})
    },
  }
}
