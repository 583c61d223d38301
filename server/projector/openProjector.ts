import type { Sql } from 'postgres'
import type { JobTotals } from '#domain/job/totals.ts'
import type { Logger } from '#server/logger.ts'
import { keepHouse } from '#server/projector/keepHouse.ts'
import { projectFlushes } from '#server/projector/projectFlushes.ts'
import { readTotals } from '#server/projector/readTotals.ts'

export type Projector = {
  /**
   * Exact totals of jobs: what is projected, plus the events after it. By job id; unknown and foreign jobs are absent.
   */
  totalsOf(jobs: readonly { orgId: string; jobId: string }[]): Promise<Map<string, JobTotals>>
  /** Begins to follow the journal. One process at a time does the work; the others stand by. */
  start(): void
  close(): Promise<void>
}

/** How long the projector rests when there is nothing to do: it may be a second behind, not more. */
const REST_MS = 500
/** … and after a failure. */
const RECOVER_MS = 2000
const HOUSEKEEPING_MS = 10 * 60_000

export function openProjector({ sql, log }: { sql: Sql; log: Pick<Logger, 'warn'> }): Projector {
  let timer: ReturnType<typeof setTimeout> | null = null
  let round: Promise<void> | null = null
  let closed = false
  let cleanedAt = Number.NEGATIVE_INFINITY

  async function run(): Promise<void> {
    let restMs = REST_MS
    try {
      while (!closed && (await projectFlushes(sql)) === 'more') {}
      if (performance.now() - cleanedAt > HOUSEKEEPING_MS) {
        await keepHouse(sql)
        cleanedAt = performance.now()
      }
    } catch (error) {
      restMs = RECOVER_MS
      log.warn('The projector rests for a moment; totals are read from the journal meanwhile', {}, error)
    }
    if (!closed) timer = setTimeout(begin, restMs)
  }

  function begin(): void {
    round = run()
  }

  return {
    start: begin,
    totalsOf: async (jobs) => {
      const found = await readTotals(sql, jobs)
      return new Map([...found].map(([jobId, entry]) => [jobId, entry.totals]))
    },
    close: async () => {
      closed = true
      if (timer) clearTimeout(timer)
      await round
    },
  }
}
