import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { is } from 'drizzle-orm'
import { getTableConfig, type IndexedColumn, integer, PgTable, pgSchema } from 'drizzle-orm/pg-core'
import postgres, { type Sql } from 'postgres'
import { expect, test } from 'vitest'
import * as schema from '#db/schema.ts'
import { createTestDatabase } from '#testing/database.ts'

type Column = { type: string; isNullable: boolean; hasDefault: boolean }
/** What a table is, as far as both sides have words for it. Lists of columns are in key order. */
type Table = {
  columns: Record<string, Column>
  primaryKey: string[]
  uniques: string[]
  foreignKeys: string[]
  indexes: string[]
  checks: string[]
}

const described = Object.values<unknown>(schema).filter((value) => is(value, PgTable))

/** schema.ts as a record of tables. */
function tablesOf(tables: readonly PgTable[]): Record<string, Table> {
  return Object.fromEntries(tables.map((table) => [getTableConfig(table).name, describeTable(table)]))
}

function describeTable(table: PgTable): Table {
  const config = getTableConfig(table)
  expect(config.schema).toBe('waybill')
  const own = config.columns.filter((column) => column.primary)
  const composite = config.primaryKeys.map((key) => key.columns)
  return {
    columns: Object.fromEntries(
      config.columns.map((column) => [
        column.name,
        { type: column.getSQLType(), isNullable: !column.notNull, hasDefault: column.hasDefault },
      ]),
    ),
    primaryKey: [...own, ...composite.flat()].map((column) => column.name),
    uniques: config.uniqueConstraints.map((key) => `${key.name} (${namesOf(key.columns)})`).sort(),
    foreignKeys: config.foreignKeys
      .map((key) => key.reference())
      .map(
        (key) => `${namesOf(key.columns)} -> ${getTableConfig(key.foreignTable).name} (${namesOf(key.foreignColumns)})`,
      )
      .sort(),
    indexes: config.indexes
      .map(({ config: { name, columns } }) => `${name} (${columns.map((column) => keyOf(column as IndexedColumn))})`)
      .sort(),
    checks: config.checks.map((check) => check.name).sort(),
  }
}

function namesOf(columns: readonly { name: string }[]): string {
  return columns.map((column) => column.name).join(',')
}

function keyOf({ name, indexConfig }: IndexedColumn): string {
  return indexConfig.order === 'desc' ? `${name} desc` : `${name}`
}

/** The catalogue of PostgreSQL as a record of tables; a partition is its parent's. */
async function tablesIn(sql: Sql): Promise<Record<string, Table>> {
  const tables = await sql<{ oid: number; name: string }[]>`
    select oid, relname as name from pg_class
    where relnamespace = 'waybill'::regnamespace and relkind in ('r', 'p') and not relispartition`
  return Object.fromEntries(await Promise.all(tables.map(async ({ oid, name }) => [name, await readTable(sql, oid)])))
}

async function readTable(sql: Sql, table: number): Promise<Table> {
  const columns = await sql<{ name: string; type: string; is_nullable: boolean; has_default: boolean }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as is_nullable,
      atthasdef as has_default
    from pg_attribute where attrelid = ${table} and attnum > 0 and not attisdropped`
  const keys = await sql<
    { kind: string; name: string; columns: string; target: string | null; there: string | null }[]
  >`
    select contype as kind, conname as name, confrelid::regclass::text as target,
      (select string_agg(attname, ',' order by n) from unnest(conkey) with ordinality as k (number, n)
        join pg_attribute on attrelid = conrelid and attnum = number) as columns,
      (select string_agg(attname, ',' order by n) from unnest(confkey) with ordinality as k (number, n)
        join pg_attribute on attrelid = confrelid and attnum = number) as there
    from pg_constraint where conrelid = ${table}`
  const indexes = await sql<{ text: string }[]>`
    select format('%s (%s)', indexrelid::regclass::name, string_agg(
      attname || case when option & 1 = 1 then ' desc' else '' end, ',' order by n)) as text
    from pg_index, unnest(indkey, indoption) with ordinality as k (number, option, n)
      join pg_attribute a on true
    where indrelid = ${table} and a.attrelid = indrelid and a.attnum = number
      and not exists (select from pg_constraint where conindid = indexrelid)
    group by indexrelid`
  const ofKind = (kind: string) => keys.filter((key) => key.kind === kind)
  return {
    columns: Object.fromEntries(
      columns.map((row) => [row.name, { type: row.type, isNullable: row.is_nullable, hasDefault: row.has_default }]),
    ),
    primaryKey: ofKind('p').flatMap((key) => key.columns.split(',')),
    uniques: ofKind('u')
      .map((key) => `${key.name} (${key.columns})`)
      .sort(),
    foreignKeys: ofKind('f')
      .map((key) => `${key.columns} -> ${key.target?.replace('waybill.', '')} (${key.there})`)
      .sort(),
    indexes: indexes.map((row) => row.text.replace('waybill.', '')).sort(),
    checks: ofKind('c')
      .map((key) => key.name)
      .sort(),
  }
}

test('schema.ts and a migrated database describe the same tables', async () => {
  await using database = await createTestDatabase()
  const sql = postgres(database.url, { max: 1 })
  const found = await tablesIn(sql)
  await sql.end()
  expect(Object.keys(found).length).toBeGreaterThan(10)
  expect(found).toEqual(tablesOf(described))
})

test.each([
  'alter table waybill.jobs add column extra text',
  'alter table waybill.jobs drop column title',
  'alter table waybill.jobs alter column title type varchar(10)',
  'alter table waybill.jobs alter column title set not null',
  'alter table waybill.jobs alter column parts drop default',
  'alter table waybill.jobs drop constraint jobs_org_id_request_id_key',
  'alter table waybill.jobs drop constraint jobs_org_id_fkey',
  'alter table waybill.steps drop constraint steps_pkey, add primary key (job_id, step_id, attempt, run)',
  'drop index waybill.jobs_by_time; create index jobs_by_time on waybill.jobs (org_id, created_at, id)',
  'create table waybill.extra (id uuid primary key)',
  'drop table waybill.projector',
])('the comparison notices: %s', async (change) => {
  await using database = await createTestDatabase()
  const sql = postgres(database.url, { max: 1 })
  const before = await tablesIn(sql)
  await sql.unsafe(change)
  const after = await tablesIn(sql)
  await sql.end()
  expect(before).toEqual(tablesOf(described))
  expect(after).not.toEqual(tablesOf(described))
})

test('the comparison notices a column that only schema.ts has', () => {
  const waybill = pgSchema('waybill')
  const small = { id: integer('id').primaryKey() }
  const large = { ...small, extra: integer('extra').default(1) }
  expect(tablesOf([waybill.table('t', small)])).not.toEqual(tablesOf([waybill.table('t', large)]))
})

test('drizzle-kit finds every table through drizzle.config.ts', async () => {
  const command = fileURLToPath(new URL('../node_modules/.bin/drizzle-kit', import.meta.url))
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await promisify(execFile)(command, ['export'], { cwd })
  const created = [...stdout.matchAll(/^CREATE TABLE "waybill"\."(\w+)"/gm)].map(([, name]) => name)
  expect(created.sort()).toEqual(Object.keys(tablesOf(described)).sort())
})
