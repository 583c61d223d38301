import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { migrate } from '#db/migrate.ts'
import { createDatabase } from '#testing/database.ts'
import { postgresServers } from '#testing/postgresServers.ts'
import { appendEvents, createJob, newOrg, type SqlJob, seqsOf } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('the journal on $name', ({ start }) => {
  const opened = new AsyncDisposableStack()
  let job: SqlJob
  let app: Sql
  let superuser: Sql
  let owner: Sql
  /** a superuser whose session applies changes as a replica does, which skips ordinary triggers */
  let replica: Sql
  const sessions = () => ({ app, superuser, owner, replica })

  beforeAll(async () => {
    const server = opened.use(await start())
    const database = opened.use(await createDatabase(server.url))
    const admin = postgres(database.url, { max: 1 })
    const name = new URL(database.url).pathname.slice(1)
    await admin.unsafe(`create role keeper login createrole password 'secret'; alter database ${name} owner to keeper`)
    await admin.end()
    const ownerUrl = new URL(database.url)
    Object.assign(ownerUrl, { username: 'keeper', password: 'secret' })
    await migrate({ url: ownerUrl.href })
    const open = (url: string, connection = {}) => postgres(url, { max: 1, connection, onnotice: () => {} })
    app = openDatabase({ url: ownerUrl.href, max: 1 })
    owner = open(ownerUrl.href)
    superuser = open(database.url)
    replica = open(database.url, { session_replication_role: 'replica' })
    for (const sql of Object.values(sessions())) opened.defer(() => sql.end())
    job = { orgId: await newOrg(owner), jobId: '' }
    job.jobId = (await createJob(app, job.orgId)).jobId
    await appendEvents(app, [{ ...job, events: 2 }])
  })

  afterAll(() => opened.disposeAsync())

  async function refusal(sql: Sql, statement: string): Promise<{ code: string; message: string }> {
    try {
      await sql.unsafe(statement)
    } catch (error) {
      if (error instanceof postgres.PostgresError) return { code: error.code, message: error.message }
      throw error
    }
    throw new Error(`not refused: ${statement}`)
  }

  /** The parent and every partition. */
  async function journalTables(): Promise<string[]> {
    const rows = await owner<{ name: string }[]>`
      select relid::text as name from pg_partition_tree('waybill.job_events')`
    return rows.map(({ name }) => name)
  }

  const changes = [
    (table: string) => `update ${table} set payload = '{}'`,
    (table: string) => `update ${table} set payload = null where false`,
    (table: string) => `delete from ${table}`,
    (table: string) => `truncate ${table}`,
    (table: string) => `insert into ${table} select * from waybill.job_events
      on conflict (job_id, seq) do update set payload = '{}'`,
    (table: string) => `merge into ${table} t using waybill.job_events e on t.job_id = e.job_id and t.seq = e.seq
      when matched then update set payload = '{}'`,
    (table: string) => `merge into ${table} t using waybill.job_events e on t.job_id = e.job_id and t.seq = e.seq
      when matched then delete`,
  ]

  test.each(['superuser', 'owner', 'replica'] as const)('takes no change from the %s', async (who) => {
    const tables = await journalTables()
    expect(tables).toHaveLength(5)
    for (const table of tables) {
      for (const change of changes) {
        const { code, message } = await refusal(sessions()[who], change(table))
        expect({ table, code, message }).toMatchObject({
          code: '23001',
          message: expect.stringMatching(
            /^the journal is append-only: (UPDATE|DELETE|TRUNCATE) on job_events\w* is refused$/,
          ),
        })
      }
    }
    expect(await seqsOf(owner, job)).toEqual([1, 2, 3])
  })

  test('takes no change from the role of the server, which may not even try', async () => {
    for (const table of await journalTables()) {
      for (const change of changes) expect((await refusal(app, change(table))).code).toBe('42501')
    }
    expect(await seqsOf(owner, job)).toEqual([1, 2, 3])
  })

  test.each(['orgs', 'jobs'])('is not emptied through %s', async (table) => {
    let left: number[] = []
    const undo = new Error('undo')
    const truncated = superuser.begin(async (sql) => {
      await sql.unsafe(`truncate waybill.${table} cascade`)
      left = await seqsOf(sql, job)
      throw undo
    })
    await expect(truncated).rejects.toBe(undo)
    expect(left).toEqual([1, 2, 3])
  })

  test.each([
    'insert into waybill.job_events select * from waybill.job_events',
    'insert into waybill.job_events_default select * from waybill.job_events',
    "insert into waybill.jobs (id, org_id, request_id, user_id, action, labels, created_at) select gen_random_uuid(), org_id, 'r', 'u', 'a', '{}', now() from waybill.jobs",
    "update waybill.jobs set state = 'success'",
    'delete from waybill.jobs',
    'truncate waybill.jobs cascade',
    'update waybill.steps set outcome = null',
    'delete from waybill.gates',
    'insert into waybill.flushes select * from waybill.flushes',
    'update waybill.flushes set last_seq = 0',
    "update waybill.orgs set name = 'x'",
    'delete from waybill.orgs',
    'delete from waybill.api_keys',
    "update waybill.instance set epoch = 'x'",
    'delete from waybill.migrations',
    'create table waybill.more (id int)',
    'create function waybill.more() returns int language sql as $$ select 1 $$',
    'alter table waybill.job_events disable trigger append_only',
    'alter table waybill.job_events detach partition waybill.job_events_default',
    'drop table waybill.job_events_default',
    'set session_replication_role = replica',
    "select waybill.make_partition('2030-01-01')",
    "select waybill.guard_journal('waybill.jobs')",
    'select waybill.change_shapes(null, null, null, null, null, null)',
  ])('the role of the server may not: %s', async (statement) => {
    expect((await refusal(app, statement)).code).toBe('42501')
  })

  test('the role of the server works as itself from its first statement on, and sees schema waybill alone', async () => {
    const [row] = await app<{ role: string; path: string; zone: string }[]>`
      select current_user as role, current_setting('search_path') as path, current_setting('TimeZone') as zone`
    expect(row).toEqual({ role: 'waybill_app', path: 'waybill', zone: 'UTC' })
    expect(await app`select seq from job_events order by seq`).toEqual([{ seq: 1 }, { seq: 2 }, { seq: 3 }])
  })

  test('everybody else may do nothing in it', async () => {
    await superuser`create role stranger`
    const tables = await superuser<{ name: string }[]>`
      select oid::regclass::text as name from pg_class
      where relnamespace = 'waybill'::regnamespace and relkind in ('r', 'p')
        and has_table_privilege('stranger', oid, 'select, insert, update, delete, truncate, references, trigger')`
    const functions = await superuser<{ name: string }[]>`
      select oid::regprocedure::text as name from pg_proc
      where pronamespace = 'waybill'::regnamespace and has_function_privilege('stranger', oid, 'execute')`
    expect([...tables, ...functions]).toEqual([])
  })
})
