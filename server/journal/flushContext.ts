import type { Sql } from 'postgres'
import type { Committed } from '#server/journal/journal.ts'
import type { JournalCounts } from '#server/journal/journalCounts.ts'
import type { ShapeCache } from '#server/journal/shapeCache.ts'
import type { Logger } from '#server/logger.ts'

/** What a flush works with. */
export type FlushContext = {
  sql: Sql
  shapes: ShapeCache
  counts: JournalCounts
  onCommitted(committed: Committed): void
  log: Pick<Logger, 'error'>
  /** milliseconds, monotonic */
  now(): number
  /** milliseconds that one statement may take before its outcome counts as unknown */
  patienceMs: number
  /** true once the server stops: nothing is waited for any more */
  closing(): boolean
}
