import type { StepView } from '#domain/job/replay.ts'
import type { Density } from '#domain/search/density.ts'
import type { Hit } from '#domain/search/messages.ts'
import type { Query } from '#domain/search/query.ts'

/** Consecutive lines, as text (domain/view/lineChunk.ts), or that compressed as the projector keeps it. */
export type StoredChunk = string | Uint8Array

/** What one search is about. Of the lines that match, `limit` are handed out: the first after a line, or the last before one. */
export type SearchTask = {
  query: Query
  steps: readonly StepView[]
  /** moment that steps under way have lasted to, in milliseconds since the epoch */
  now: number
  /** nothing is under way any more */
  isFinal: boolean
  limit: number
  after: number
  /** null: the first ones are wanted */
  before: number | null
}

/** To the worker. Each gets one answer, in order. */
export type Ask =
  | { ask: 'begin'; task: SearchTask }
  | { ask: 'scan' /** encoded: domain/view/lineChunk.ts */; chunks: readonly StoredChunk[] }
  | { ask: 'end' }

export type Scanned = {
  /** lines so far */ scanned: number /** hits so far */
  total: number /** new ones that are to be sent */
  hits: Hit[]
}
export type Ended = Scanned & { density: { lines: Density; time: Density } }

/** From the worker; `error`: it could not do it, which is a defect. */
export type Answer = { ok: true; value: null | Scanned | Ended } | { ok: false; error: string }
