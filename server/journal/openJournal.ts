import type { Sql } from 'postgres'
import { readEpoch } from '#db/describeDatabase.ts'
import type { EmitResult } from '#domain/job/served.ts'
import { countFacets } from '#server/journal/countFacets.ts'
import { createJob } from '#server/journal/createJob.ts'
import { flushLanes } from '#server/journal/flushLanes.ts'
import { openGroupCommit } from '#server/journal/groupCommit.ts'
import type { AppendRequest, Committed, Journal } from '#server/journal/journal.ts'
import { newJournalCounts } from '#server/journal/journalCounts.ts'
import { keepsEvents } from '#server/journal/keepsEvents.ts'
import { listJobs } from '#server/journal/listJobs.ts'
import { listSteps } from '#server/journal/listSteps.ts'
import { noteLosses } from '#server/journal/noteLosses.ts'
import { bytesOf } from '#server/journal/pendingRequest.ts'
import { prepareEvents } from '#server/journal/prepare.ts'
import { readEvent } from '#server/journal/readEvent.ts'
import { readEvents } from '#server/journal/readEvents.ts'
import { readHeads } from '#server/journal/readHeads.ts'
import { readJob } from '#server/journal/readJob.ts'
import { readLogs } from '#server/journal/readLogs.ts'
import { retryLost } from '#server/journal/retryLost.ts'
import { openShapeCache } from '#server/journal/shapeCache.ts'
import type { Logger } from '#server/logger.ts'

export type JournalOptions = {
  /** a pool that works as waybill_app (db/client.ts) */
  sql: Sql
  log: Pick<Logger, 'error'>
  /** called once per job and flush, after the commit is durable; must neither throw nor wait */
  onCommitted(committed: Committed): void
  /** milliseconds, monotonic */
  now?: () => number
  /** milliseconds a request may wait for a locked job or an absent database before it gets 503 */
  patienceMs?: number
}

const PATIENCE_MS = 10_000

export function openJournal({
  sql,
  log,
  onCommitted,
  now = () => performance.now(),
  patienceMs = PATIENCE_MS,
}: JournalOptions): Journal {
  const shapes = openShapeCache()
  const counts = newJournalCounts()
  let epoch: string | undefined
  const commits = openGroupCommit((lanes, closing) =>
    flushLanes({ sql, shapes, counts, onCommitted, log, now, patienceMs, closing }, lanes),
  )
  const read = <T>(operation: () => Promise<T>) => retryLost(operation, { now, deadline: now() + patienceMs })

  async function append(request: AppendRequest): Promise<EmitResult> {
    const events = prepareEvents(request.actor, request.events)
    return new Promise((resolve, reject) => {
      commits.submit({
        orgId: request.orgId,
        jobId: request.jobId.toLowerCase(),
        events,
        bytes: bytesOf(events),
        expectedSeq: request.expectedSeq ?? null,
        known: new Map(),
        uncertain: false,
        deadline: now() + patienceMs,
        resolve: (result) => {
          counts.recorded++
          const { firstSeq, lastSeq } = result
          const fresh = firstSeq === null || lastSeq === null ? 0 : lastSeq - firstSeq + 1
          counts.duplicates += result.results.length - fresh
          resolve(result)
        },
        reject: (error) => {
          counts.refused++
          reject(error)
        },
      })
    })
  }

  return {
    append,
    // Sent again after a lost connection: requestId makes that harmless.
    createJob: async (request) => {
      const { jobId, committed } = await read(() => createJob(sql, request))
      if (committed) {
        counts.jobsCreated++
        counts.events++
        onCommitted(committed)
      }
      return { jobId, created: committed !== null }
    },
    readEvent: (name) => read(() => readEvent(sql, name)),
    readEvents: (query) => read(() => readEvents(sql, query)),
    readHeads: (jobs) => read(() => readHeads(sql, jobs)),
    readEpoch: async () => {
      const now = await read(() => readEpoch(sql))
      // Shapes of another history may carry the same numbers.
      if (now !== epoch) shapes.clear()
      epoch = now
      return now
    },
    keepsEvents: (events) => read(() => keepsEvents(sql, events)),
    noteLosses: (events) => read(() => noteLosses(sql, events)),
    readJob: (job) => read(() => readJob(sql, job)),
    readLogs: (job, lines) => read(() => readLogs(sql, job, lines)),
    listJobs: (query) => read(() => listJobs(sql, query)),
    countFacets: (query) => read(() => countFacets(sql, query)),
    listSteps: (job) => read(() => listSteps(sql, job)),
    stats: () => {
      const { flushEvents, flushSeconds, ...numbers } = counts
      return {
        ...numbers,
        pendingBytes: commits.pendingBytes(),
        flushEvents: flushEvents.view(),
        flushSeconds: flushSeconds.view(),
      }
    },
    close: () => commits.close(),
  }
}
