import { randomBytes, randomUUID } from 'node:crypto'
import postgres, { type Sql, type TransactionSql } from 'postgres'
import { v7 as uuidv7 } from 'uuid'
import { openDatabase } from '#db/client.ts'
import { migrate } from '#db/migrate.ts'
import { createDatabase } from '#testing/database.ts'
import type { PostgresServer } from '#testing/postgresServers.ts'

/** The journal's SQL functions as they are, for tests of what they promise whoever calls them. */

export type SqlJob = { orgId: string; jobId: string }

export type SqlJournal = AsyncDisposable & {
  /** as the owner of the database, who here is a superuser */
  owner: Sql
  /** as the role of the server */
  app: Sql
  orgId: string
  newJob(): Promise<SqlJob>
  flushesOf(job: SqlJob): Promise<{ first: number; last: number; xid: string }[]>
}

/** A migrated database with one organisation, on a server of its own. */
export async function openSqlJournal(start: () => Promise<PostgresServer>): Promise<SqlJournal> {
  const opened = new AsyncDisposableStack()
  const server = opened.use(await start())
  const database = opened.use(await createDatabase(server.url))
  await migrate({ url: database.url })
  const owner = postgres(database.url, { max: 4, onnotice: () => {} })
  const app = openDatabase({ url: database.url, max: 4 })
  opened.defer(() => owner.end())
  opened.defer(() => app.end())
  const orgId = await newOrg(owner)
  return {
    owner,
    app,
    orgId,
    newJob: async () => ({ orgId, jobId: (await createJob(app, orgId)).jobId }),
    flushesOf: async ({ jobId }) =>
      await owner<{ first: number; last: number; xid: string }[]>`
      select first_seq::int as first, last_seq::int as last, xid::text as xid from waybill.flushes
      where job_id = ${jobId} order by first_seq`,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** @param owner as the owner of the database */
export async function newOrg(owner: Sql): Promise<string> {
  const orgId = randomUUID()
  await owner`insert into waybill.orgs (id, slug, name) values (${orgId}, ${orgId}, 'Test')`
  return orgId
}

export async function createJob(sql: Sql, orgId: string, options: { jobId?: string; requestId?: string } = {}) {
  const { jobId = uuidv7(), requestId = randomUUID() } = options
  const [row] = await sql<{ job_id: string; created: boolean; recorded_at: Date; payload: string }[]>`
    select job_id, created, payload, recorded_at from waybill.create_job(${orgId}, ${jobId}, ${requestId}, 'ada', 'test',
      null, '{}', null, ${randomUUID()}, '{"kind":"user","userId":"ada"}', ${`{"job":"${jobId}"}`}, '[]', '{}',
      ${randomHex(16)}, ${randomHex(32)})`
  if (!row) throw new Error('create_job answered nothing')
  return { jobId: row.job_id, created: row.created, recordedAt: row.recorded_at, payload: row.payload }
}

export type Lane = SqlJob & {
  /** what the verdicts rest on; default 1, the newest of a job that has only been created */
  shapeSeq?: number
  expected?: number
  events: number
  /** event ids, where they matter */
  ids?: string[]
}

export type LaneAnswer = { ord: number; status: string; head: number; recordedAt: Date }

/** @param changes as append_events describes them */
export async function appendEvents(
  sql: Sql,
  lanes: readonly Lane[],
  changes: object | null = null,
): Promise<LaneAnswer[]> {
  const jobs = lanes.map((lane, index) => ({
    ord: index + 1,
    org: lane.orgId,
    job: lane.jobId,
    shapeSeq: lane.shapeSeq ?? 1,
    expected: lane.expected ?? null,
  }))
  const rows = lanes.flatMap((lane, index) =>
    Array.from({ length: lane.events }, (_, at) => ({
      ord: index + 1,
      offset: at + 1,
      id: lane.ids?.[at] ?? randomUUID(),
    })),
  )
  const each = <T>(value: T) => rows.map(() => value)
  const answers = await sql<{ ord: number; status: string; head: string; recorded_at: Date }[]>`
    select ord, status, head, recorded_at from waybill.append_events(${JSON.stringify(jobs)}::text::jsonb,
      ${rows.map((row) => row.ord)}::int[], ${rows.map((row) => row.offset)}::int[], ${rows.map((row) => row.id)}::uuid[],
      ${each('step.output')}::text[], ${each(null)}::timestamptz[], ${each('{}')}::text[], ${each('{"text":"x"}')}::text[],
      ${each(null)}::text[], ${each(null)}::text[], ${each(null)}::uuid[], ${each('[]')}::text[], ${each('{}')}::text[],
      ${rows.map(() => randomHex(16))}::text[], ${rows.map(() => randomHex(32))}::text[],
      ${changes === null ? null : JSON.stringify(changes)}::text::jsonb)
    order by ord`
  return answers.map((row) => ({
    ord: row.ord,
    status: row.status,
    head: Number(row.head),
    recordedAt: row.recorded_at,
  }))
}

export async function seqsOf(sql: Sql | TransactionSql, { jobId }: { jobId: string }): Promise<number[]> {
  const rows = await sql<{ seq: string }[]>`select seq from waybill.job_events where job_id = ${jobId} order by seq`
  return rows.map((row) => Number(row.seq))
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
