import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { openDatabase } from '#db/client.ts'
import type { Actor, Event } from '#domain/events/envelope.ts'
import type { CleanDraft, Committed, JobAddress, Journal } from '#server/journal/journal.ts'
import { openJournal } from '#server/journal/openJournal.ts'
import type { Facts } from '#server/logger.ts'
import { createTestDatabase } from '#testing/database.ts'

export const actor: Actor = { userId: 'ada', kind: 'service' }

export type OpenedJournal = {
  journal: Journal
  /** its own pool, as waybill_app */
  sql: Sql
  /** what was handed to live, in order */
  committed: Committed[]
  /** what was logged as an error */
  errors: Facts[]
  /** Records events of a job, as a request with these drafts would. */
  emit(job: JobAddress, events: CleanDraft[], expectedSeq?: number): ReturnType<Journal['append']>
}

export type JournalTestbed = AsyncDisposable & {
  url: string
  orgId: string
  /** as the owner: locks rows, ends backends, looks behind the journal's back */
  owner: Sql
  /** A journal with a pool and cached shapes of its own, like one of another server process. */
  open(options?: { url?: string; patienceMs?: number; max?: number }): OpenedJournal
  /** A new job; `started` is running already (head 2). */
  newJob(opened: OpenedJournal, state?: 'pending' | 'started'): Promise<JobAddress>
  /** All events of a job as stored, read past the journal. */
  eventsOf(job: JobAddress): Promise<Event[]>
}

type Timed = { occurredAt: Date; recordedAt: Date }

/** A database with one organisation, and journals on it; all closed when disposed. */
export async function openJournalTestbed(given?: { url: string }): Promise<JournalTestbed> {
  const database = given === undefined ? await createTestDatabase() : null
  const url = given?.url ?? database?.url ?? ''
  const owner = postgres(url, {
    max: 4,
    onnotice: () => {},
    types: bigintAsNumber,
    // Killed with the server in some tests; see db/arrayTypes.ts.
    fetch_types: false,
    connection: { search_path: 'waybill' },
  })
  const orgId = randomUUID()
  await owner`insert into orgs (id, slug, name) values (${orgId}, ${orgId}, 'Test')`
  const opened: OpenedJournal[] = []
  return {
    url,
    orgId,
    owner,
    open: ({ url: through = url, patienceMs = 10_000, max = 6 } = {}) => {
      const sql = openDatabase({ url: through, max })
      const committed: Committed[] = []
      const errors: Facts[] = []
      const log = { error: (_message: string, facts: Facts = {}) => void errors.push(facts) }
      const journal = openJournal({ sql, log, patienceMs, onCommitted: (batch) => void committed.push(batch) })
      const emit: OpenedJournal['emit'] = (job, events, expectedSeq) =>
        journal.append({ ...job, actor, events, ...(expectedSeq === undefined ? {} : { expectedSeq }) })
      const one = { journal, sql, committed, errors, emit }
      opened.push(one)
      return one
    },
    newJob: async ({ journal, emit }, state = 'pending') => {
      const { jobId } = await journal.createJob({
        orgId,
        actor,
        requestId: randomUUID(),
        action: 'test',
        inputs: {},
        redactions: [],
      })
      const job = { orgId, jobId }
      if (state === 'started') await emit(job, [{ draft: { type: 'job.started', payload: {} }, redactions: [] }])
      return job
    },
    eventsOf: async ({ jobId }) => {
      const rows = await owner<Timed[]>`
        select id, job_id as "jobId", seq, type, occurred_at as "occurredAt", recorded_at as "recordedAt",
          actor::json as actor, payload::json as payload, redactions::json as redactions
        from job_events where job_id = ${jobId} order by seq`
      return rows.map(
        (row) =>
          ({
            ...row,
            occurredAt: row.occurredAt.toISOString(),
            recordedAt: row.recordedAt.toISOString(),
          }) as unknown as Event,
      )
    },
    [Symbol.asyncDispose]: async () => {
      for (const { journal, sql } of opened) {
        await journal.close()
        await sql.end({ timeout: 1 })
      }
      await owner.end({ timeout: 1 })
      await database?.[Symbol.asyncDispose]()
    },
  }
}

/** Seqs and counts are far below 2^53. */
const bigintAsNumber = { bigint: { to: 20, from: [20], serialize: String, parse: Number } }
