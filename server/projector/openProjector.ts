import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { JobTotals } from '#domain/job/totals.ts'
import { withinTime } from '#server/journal/withinTime.ts'
import type { Logger } from '#server/logger.ts'
import { releaseProjector } from '#server/projector/holdProjector.ts'
import { keepHouse } from '#server/projector/keepHouse.ts'
import { projectFlushes } from '#server/projector/projectFlushes.ts'
import { type ProjectorLag, readLag } from '#server/projector/readLag.ts'
import { readTotals } from '#server/projector/readTotals.ts'

export type Projector = {
  /**
   * Exact totals of jobs: what is projected, plus the events after it. By job id; unknown and foreign jobs are absent.
   */
  totalsOf(jobs: readonly { orgId: string; jobId: string }[]): Promise<Map<string, JobTotals>>
  lag(): Promise<ProjectorLag>
  /** `failing`: the last round of this process ended with an error. */
  health(): 'working' | 'failing'
  /** Begins to follow the journal. One process at a time does the work; the others stand by. */
  start(): void
  close(): Promise<void>
}

/** How long the projector rests when there is nothing to do, or nobody to ask: it may be a second behind, not more. */
const REST_MS = 500
const HOUSEKEEPING_MS = 10 * 60_000
const CLOSING_MS = 5000

export function openProjector({ sql, log }: { sql: Sql; log: Pick<Logger, 'warn'> }): Projector {
  const holder = randomUUID()
  let timer: ReturnType<typeof setTimeout> | null = null
  let round: Promise<void> | null = null
  let closed = false
  let failing = false
  let cleanedAt = Number.NEGATIVE_INFINITY

  async function run(): Promise<void> {
    try {
      const stopped = () => closed
      while (!closed && (await projectFlushes(sql, { holder, stopped })) === 'more') {}
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
    if (!closed) timer = setTimeout(begin, REST_MS)
  }

  function begin(): void {
    round = run()
  }

  return {
    start: begin,
    lag: () => readLag(sql),
    health: () => (failing ? 'failing' : 'working'),
    totalsOf: (jobs) => readTotals(sql, jobs),
    close: async () => {
      closed = true
      if (timer) clearTimeout(timer)
      const ended = (round ?? Promise.resolve()).then(() => releaseProjector(sql, holder))
      // A database that is away must not keep the process; then its hold runs out by itself.
      await withinTime(ended, CLOSING_MS).catch(() => {})
    },
  }
}
