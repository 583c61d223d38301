import postgres, { type Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { migrate } from '#db/migrate.ts'
import { createDatabase } from '#testing/database.ts'
import { type PostgresServer, postgresServers } from '#testing/postgresServers.ts'

describe.each(postgresServers())('on $name', ({ start }) => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await start()
  })

  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  async function migrateAndTell(url: string): Promise<string[]> {
    const lines: string[] = []
    await migrate({ url, onProgress: (line) => lines.push(line) })
    return lines
  }

  async function ask<T>(url: string, question: (sql: Sql) => Promise<T>): Promise<T> {
    const sql = postgres(url, { max: 1, onnotice: () => {} })
    try {
      return await question(sql)
    } finally {
      await sql.end()
    }
  }

  /** The role is there, and this one may grant it, also to himself, but may not work as it. */
  async function makeGrantable(sql: Sql, role: string): Promise<void> {
    await sql`create role waybill_app nologin`
    // Before version 16 whoever may create roles may grant all of them.
    const [row] = await sql<{ version: number }[]>`select current_setting('server_version_num')::int as version`
    if ((row?.version ?? 0) >= 160_000) {
      await sql`grant waybill_app to ${sql(role)} with admin true, set false, inherit false`
    }
  }

  function grantDatabase({ url }: { url: string }, role: string): Promise<unknown> {
    const name = new URL(url).pathname.slice(1)
    return ask(server.url, (sql) => sql`alter database ${sql(name)} owner to ${sql(role)}`)
  }

  function login(database: { url: string }, role: string): string {
    const url = new URL(database.url)
    url.username = role
    url.password = 'secret'
    return url.href
  }

  /** Every table, function and trigger with its definition: what a migration could change. */
  function describeObjects(url: string): Promise<unknown> {
    return ask(
      url,
      (sql) => sql`
        select 'table' as kind, relname as name, relacl::text as text from pg_class
          where relnamespace = 'waybill'::regnamespace
        union all select 'function', proname, pg_get_functiondef(oid) || coalesce(proacl::text, '') from pg_proc
          where pronamespace = 'waybill'::regnamespace
        union all select 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
        union all select 'migration', name, applied_at::text from waybill.migrations
        order by 1, 2, 3`,
    )
  }

  test('a second migration changes nothing', async () => {
    await using database = await createDatabase(server.url)
    const first = await migrateAndTell(database.url)
    expect(first[0]).toBe('migrating 0001_tenants_and_keys.sql')
    expect(first).toEqual(first.toSorted())
    const before = await describeObjects(database.url)
    expect(await migrateAndTell(database.url)).toEqual([])
    expect(await describeObjects(database.url)).toEqual(before)
  })

  test('servers that start together migrate their database once', async () => {
    await using database = await createDatabase(server.url)
    const told = await Promise.all(Array.from({ length: 4 }, () => migrateAndTell(database.url)))
    const applied = await ask(database.url, (sql) => sql<{ name: string }[]>`select name from waybill.migrations`)
    expect(told.flat().sort()).toEqual(applied.map(({ name }) => `migrating ${name}`).sort())
  })

  test('eight databases of one server are migrated at once, though they share the role', async () => {
    await ask(server.url, (sql) => sql.unsafe(`create role one_for_all login createrole password 'secret'`))
    const made = await Promise.all(Array.from({ length: 8 }, () => createDatabase(server.url)))
    await using databases = new AsyncDisposableStack()
    for (const database of made) databases.use(database)
    for (const database of made) await grantDatabase(database, 'one_for_all')
    const urls = made.map((database) => login(database, 'one_for_all'))
    for (let round = 0; round < 6; round++) {
      for (const { url } of made) await ask(url, (sql) => sql`drop schema if exists waybill cascade`)
      await ask(server.url, (sql) => sql`drop role if exists waybill_app`)
      // In turn they collide at making the role and at granting it.
      if (round % 2 === 1) await ask(server.url, (sql) => makeGrantable(sql, 'one_for_all'))
      await Promise.all(urls.map((url) => migrate({ url })))
    }
    expect(await Promise.all(urls.map(canServe))).toEqual(Array(8).fill(true))
  })

  test('a database that a newer Waybill migrated is refused and left as it is', async () => {
    await using database = await createDatabase(server.url)
    await migrate({ url: database.url })
    await ask(database.url, (sql) => sql`insert into waybill.migrations (name, sha256) values ('9999_later.sql', 'x')`)
    const before = await describeObjects(database.url)
    await expect(migrate({ url: database.url })).rejects.toThrow(
      'The database was migrated by a newer Waybill (9999_later.sql); this one would misread it. Upgrade Waybill.',
    )
    expect(await describeObjects(database.url)).toEqual(before)
  })

  test('a migration that was changed after it was applied is refused', async () => {
    await using database = await createDatabase(server.url)
    await migrate({ url: database.url })
    const change = (sql: Sql) => sql`update waybill.migrations set sha256 = 'other' where name like '0003%'`
    await ask(database.url, change)
    await expect(migrate({ url: database.url })).rejects.toThrow(
      'Migration 0003_append_only_journal.sql was changed after it was applied; restore the file and add a new one.',
    )
  })

  test('a migration that fails leaves nothing behind, and the next start tries again', async () => {
    await using database = await createDatabase(server.url)
    // In the way of the third file only.
    await ask(database.url, (sql) => sql.unsafe('create schema waybill; create table waybill.flushes (id int)'))
    await expect(migrate({ url: database.url })).rejects.toMatchObject({ code: '42P07' })
    const applied = (sql: Sql) => sql<{ name: string }[]>`select name from waybill.migrations order by name`
    expect((await ask(database.url, applied)).map(({ name }) => name.slice(0, 4))).toEqual(['0001', '0002'])
    expect(await ask(database.url, (sql) => sql`select to_regclass('waybill.job_events') as made`)).toEqual([
      { made: null },
    ])
    await ask(database.url, (sql) => sql`drop table waybill.flushes`)
    expect((await migrateAndTell(database.url))[0]).toBe('migrating 0003_append_only_journal.sql')
  })

  describe('an owner who is no superuser', () => {
    test('migrates and works as the role that he may make', async () => {
      await ask(server.url, (sql) => sql.unsafe(`drop role if exists waybill_app`))
      await ask(server.url, (sql) => sql.unsafe(`create role maker login createrole password 'secret'`))
      await using database = await createDatabase(server.url)
      await grantDatabase(database, 'maker')
      await migrate({ url: login(database, 'maker') })
      expect(await canServe(login(database, 'maker'))).toBe(true)
    })

    test('migrates and works as the role that an administrator made and granted to him', async () => {
      await ask(server.url, (sql) => sql.unsafe(`create role plain login password 'secret'`))
      await using database = await createDatabase(server.url)
      await migrate({ url: database.url })
      await using second = await createDatabase(server.url)
      await grantDatabase(second, 'plain')
      await expect(migrate({ url: login(second, 'plain') })).rejects.toMatchObject({
        code: '42501',
        hint: 'As an administrator of the server: grant waybill_app to plain;',
      })
      await ask(server.url, (sql) => sql`grant waybill_app to plain`)
      await migrate({ url: login(second, 'plain') })
      expect(await canServe(login(second, 'plain'))).toBe(true)
    })

    test('is told what an administrator has to do where there is no role and he may not make it', async () => {
      await ask(server.url, (sql) => sql.unsafe(`drop role if exists waybill_app`))
      await ask(server.url, (sql) => sql.unsafe(`create role humble login password 'secret'`))
      await using database = await createDatabase(server.url)
      await grantDatabase(database, 'humble')
      await expect(migrate({ url: login(database, 'humble') })).rejects.toMatchObject({
        code: '42501',
        hint: 'As an administrator of the server: create role waybill_app nologin; grant waybill_app to humble;',
      })
    })
  })

  /** Whether the pool works as waybill_app on this database. */
  async function canServe(url: string): Promise<boolean> {
    const sql = openDatabase({ url, max: 1 })
    try {
      const [row] = await sql<{ role: string; epoch: string }[]>`select current_user as role, epoch from instance`
      return row?.role === 'waybill_app' && row.epoch.length === 12
    } finally {
      await sql.end()
    }
  }
})
