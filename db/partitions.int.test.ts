import type { Sql } from 'postgres'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresServers } from '#testing/postgresServers.ts'
import { appendEvents, createJob, openSqlJournal, type SqlJournal, seqsOf } from '#testing/sqlJournal.ts'

describe.each(postgresServers())('the partitions of the journal on $name', ({ start }) => {
  let journal: SqlJournal
  let owner: Sql
  let app: Sql
  let orgId: string

  beforeAll(async () => {
    journal = await openSqlJournal(start)
    ;({ owner, app, orgId } = journal)
  })
  afterAll(() => journal[Symbol.asyncDispose]())

  async function partitions(): Promise<string[]> {
    const rows = await owner<{ name: string }[]>`
      select relname as name from pg_partition_tree('waybill.job_events') join pg_class on oid = relid
      where isleaf order by relname`
    return rows.map(({ name }) => name.replace('job_events_', ''))
  }

  /** Midnight at the beginning of a month, counted from this one. */
  function firstOf(month: number): Date {
    const now = new Date()
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month, 1))
  }

  const nameOf = (month: number) => firstOf(month).toISOString().slice(0, 7).replace('-', '_')

  /** Creates a job whose id was made at this moment, appends to it, and tells where its events lie. */
  async function placeOf(moment: Date): Promise<string> {
    const { jobId } = await createJob(app, orgId, { jobId: uuidv7({ msecs: moment.getTime() }) })
    await appendEvents(app, [{ orgId, jobId, events: 1 }])
    const rows = await owner<{ name: string }[]>`
      select distinct c.relname as name from waybill.job_events e join pg_class c on c.oid = e.tableoid
      where e.job_id = ${jobId}`
    expect(rows).toHaveLength(1)
    return rows[0]?.name.replace('job_events_', '') ?? ''
  }

  test('exist for this month and the two that follow, and for all others together', async () => {
    expect(await partitions()).toEqual([nameOf(0), nameOf(1), nameOf(2), 'default'])
  })

  test('take the jobs of their month, from its first millisecond to its last', async () => {
    for (const month of [0, 1, 2]) {
      expect(await placeOf(firstOf(month))).toBe(nameOf(month))
      expect(await placeOf(new Date(firstOf(month + 1).getTime() - 1))).toBe(nameOf(month))
    }
    expect(await placeOf(new Date(firstOf(0).getTime() - 1))).toBe('default')
    expect(await placeOf(firstOf(3))).toBe('default')
    expect(await placeOf(new Date(0))).toBe('default')
  })

  test('are made by the role of the server, also by many at once, and none twice', async () => {
    const before = await partitions()
    await Promise.all(Array.from({ length: 4 }, () => app`select make_partitions()`))
    expect(await partitions()).toEqual(before)
  })

  test('are made for any month, across the end of a year, while jobs are recorded', async () => {
    const [year] = nameOf(24).split('_').map(Number)
    const months = [`${year}-11`, `${year}-12`, `${(year ?? 0) + 1}-01`, `${(year ?? 0) + 1}-02`]
    const recording = Promise.all(Array.from({ length: 50 }, () => placeOf(new Date())))
    for (const month of months) await owner`select waybill.make_partition(${`${month}-17T12:00:00Z`}::timestamptz)`
    expect(new Set(await recording)).toEqual(new Set([nameOf(0)]))
    for (const month of months) {
      const name = month.replace('-', '_')
      expect(await partitions()).toContain(name)
      expect(await placeOf(new Date(`${month}-01T00:00:00Z`))).toBe(name)
    }
  })

  test('are guarded from the moment they are made', async () => {
    const month = firstOf(20)
    await owner`select waybill.make_partition(${month})`
    const table = `waybill.job_events_${nameOf(20)}`
    await expect(owner.unsafe(`truncate ${table}`)).rejects.toMatchObject({ code: '23001' })
    await expect(owner.unsafe(`update ${table} set payload = null`)).rejects.toMatchObject({ code: '23001' })
    await expect(app.unsafe(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' })
    expect(await app.unsafe(`select count(*) from ${table}`)).toEqual([{ count: 0 }])
  })

  test('leave a month alone whose jobs were recorded before it had one', async () => {
    const month = firstOf(30)
    const { jobId } = await createJob(app, orgId, { jobId: uuidv7({ msecs: month.getTime() + 1 }) })
    const before = await partitions()
    await owner`select waybill.make_partition(${month})`
    expect(await partitions()).toEqual(before)
    expect(await placeOf(month)).toBe('default')
    expect(await seqsOf(owner, { jobId })).toEqual([1])
  })
})
