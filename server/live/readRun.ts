import { WaybillError } from '#domain/errors.ts'
import { kindOf } from '#domain/events/kinds.ts'
import type { Head, JobAddress, Journal } from '#server/journal/journal.ts'
import { type EventRun, makeRun } from '#server/live/eventRun.ts'
import type { HeadReader } from '#server/live/headReader.ts'
import type { LiveCounts } from '#server/live/live.ts'
import type { Valkey } from '#server/live/valkey.ts'

export type RunSource = {
  journal: Pick<Journal, 'readEvents'>
  heads: HeadReader
  valkey: Valkey | null
  counts: LiveCounts
}

export type RunQuery = {
  job: JobAddress
  after: number
  limit: number
  /** what the caller knows of the job */
  known: Head
}

/** `run` is null when nothing follows `after` yet. `head` is at least the end of the run. */
export type RunRead = { run: EventRun | null; head: Head }

/** The events right after `after`: from the window if it has them, else a page from PostgreSQL. */
export async function readRun(source: RunSource, query: RunQuery): Promise<RunRead> {
  return (await readFromWindow(source, query)) ?? readFromJournal(source, query)
}

async function readFromWindow(source: RunSource, query: RunQuery): Promise<RunRead | null> {
  const { valkey, heads, counts } = source
  const { job, after, limit, known } = query
  if (!valkey?.isUsable() || known.head - after > valkey.window.length) return null
  const events = await valkey.attempt((window) => window.read(job.jobId, after, limit))
  // In doubt by now, these may be events of a history that is no more.
  if (!events?.length || !valkey.isUsable()) return null
  const run = makeRun(after, events)
  const isNews = run.last > known.head
  const changesState = isNews && events.some(({ seq, type }) => seq > known.head && kindOf(type) === 'job')
  const head = changesState ? await heads.read(job) : { head: Math.max(run.last, known.head), state: known.state }
  // A window that knows more than PostgreSQL holds events which no longer exist.
  if (!head || head.head < run.last) return null
  counts.windowReads++
  return { run, head }
}

async function readFromJournal(source: RunSource, { job, after, limit, known }: RunQuery): Promise<RunRead> {
  const { journal, counts } = source
  const { events, head, state } = await journal.readEvents({ ...job, after, limit })
  const due = Math.max(head, known.head)
  if (events.length === 0 && due > after) {
    // Asking again and again would not bring them back.
    throw new WaybillError('INTERNAL', `The journal has no event ${after + 1} of a job that reached ${due}.`)
  }
  if (events.length > 0) counts.journalReads++
  return { run: events.length > 0 ? makeRun(after, events) : null, head: { head, state } }
}
