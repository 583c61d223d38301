import { createHistogram, type Histogram, type HistogramView } from '#server/histogram.ts'

/** What a journal counts while it works. One object for each journal, never one of the module. */
export type JournalCounts = {
  /** events that were committed, and requests to append by how they ended */
  events: number
  recorded: number
  refused: number
  /** events that were known already, and so acknowledged without being stored again */
  duplicates: number
  jobsCreated: number
  /** answers of flushes that made a job's requests wait for another: its row was locked, its shape had changed */
  busy: number
  stale: number
  /** flushes that the database refused, or did not answer: what they carried is judged and sent again */
  failedFlushes: number
  flushEvents: Histogram
  /** from the statement to its answer, which comes once it is durable */
  flushSeconds: Histogram
}

/** What waits in this process, and everything counted since it was opened. */
export type JournalStats = Omit<JournalCounts, 'flushEvents' | 'flushSeconds'> & {
  /** events that wait or are in flushes under way */
  pendingBytes: number
  flushEvents: HistogramView
  flushSeconds: HistogramView
}

export function newJournalCounts(): JournalCounts {
  return {
    events: 0,
    duplicates: 0,
    recorded: 0,
    refused: 0,
    jobsCreated: 0,
    busy: 0,
    stale: 0,
    failedFlushes: 0,
    flushEvents: createHistogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]),
    flushSeconds: createHistogram([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10]),
  }
}
