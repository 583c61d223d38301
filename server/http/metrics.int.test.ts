import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '#db/migrate.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Caller, emit, makeJob, readFrames, send } from '#testing/httpDoor.ts'
import { startPostgres } from '#testing/postgres.ts'
import { testValkeyUrl } from '#testing/valkey.ts'
import { waitFor } from '#testing/waitFor.ts'

/** Every sample by its name and labels. */
async function scrape(door: Caller): Promise<Record<string, number>> {
  const { status, text, headers } = await send(door, { path: '/metrics' })
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    samples.map((line) => {
      const [, name = '', value] = /^(\w+(?:\{.*\})?) (\S+)$/.exec(line) ?? [line, line]
      return [name, Number(value)]
    }),
  )
}

describe('/metrics', () => {
  let server: ApiServer
  let door: Caller
  let orgId: string

  beforeAll(async () => {
    server = await openApiServer({ valkeyUrl: testValkeyUrl() })
    orgId = await server.newOrg()
    door = { url: server.url, key: (await server.newKey(orgId)).key }
  })

  afterAll(() => server[Symbol.asyncDispose]())

  /** How much each sample grows while something happens. */
  async function growth(happening: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = await scrape(door)
    await happening()
    const after = await scrape(door)
    const grown = Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
    return Object.fromEntries(grown.filter(([, value]) => value !== 0))
  }

  it('is for keys that may see the whole server', async () => {
    const { key } = await server.newKey(await server.newOrg(), ['read', 'emit'])
    expect((await send(door, { path: '/metrics', key })).status).toBe(403)
    expect((await send(door, { path: '/metrics', key: null })).status).toBe(401)
  })

  it('describes each sample with a help and a type, once', async () => {
    const { text } = await send(door, { path: '/metrics' })
    const described = [...text.matchAll(/^# HELP (\w+) \S.*\n# TYPE (\w+) (?:counter|gauge|histogram)$/gm)]
    expect(described.every(([, help, type]) => help === type)).toBe(true)
    const names = described.map(([, name]) => name)
    expect(new Set(names).size).toBe(names.length)
    const sampled = Object.keys(await scrape(door)).map((name) => name.replace(/\{.*/, ''))
    const known = new Set(names.flatMap((name) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]))
    expect(sampled.filter((name) => !known.has(name))).toEqual([])
  })

  it('counts appends, repetitions and flushes', async () => {
    const id = randomUUID()
    const grown = await growth(async () => {
      const jobId = await makeJob(door)
      await emit(door, jobId, [
        { id, type: 'job.started', payload: {} },
        { type: 'gate.passed', payload: { gateId: 'g' } },
      ])
      await emit(door, jobId, [{ id, type: 'job.started', payload: {} }])
      await emit(door, jobId, [{ type: 'job.started', payload: {} }])
    })
    expect(grown).toMatchObject({
      waybill_events_recorded_total: 3,
      waybill_events_repeated_total: 1,
      waybill_jobs_created_total: 1,
      'waybill_append_requests_total{result="recorded"}': 2,
      'waybill_append_requests_total{result="refused"}': 1,
      'waybill_refusals_total{code="JOB_RUNNING"}': 1,
      waybill_flush_events_sum: 2,
      'waybill_flush_events_bucket{le="2"}': 1,
      'waybill_flush_seconds_bucket{le="+Inf"}': 1,
    })
    expect(grown['waybill_flush_events_bucket{le="1"}']).toBeUndefined()
    expect(grown.waybill_flush_seconds_sum).toBeGreaterThan(0)
  })

  it('counts refusals by code, in both ways in', async () => {
    const grown = await growth(async () => {
      await send(door, { path: '/api/nothing' })
      await send(door, { path: `/api/jobs/${randomUUID()}` })
      await send(door, { path: '/api/session', key: 'x' })
      await send(door, { path: '/api/trpc/jobs.list,jobs.list?batch=1&input={"0":{"limit":0},"1":{"limit":0}}' })
      await send(door, { path: '/api/trpc/nothing' })
    })
    expect(grown).toMatchObject({
      'waybill_refusals_total{code="NOT_FOUND"}': 3,
      'waybill_refusals_total{code="UNAUTHENTICATED"}': 1,
      'waybill_refusals_total{code="INVALID_INPUT"}': 2,
    })
  })

  it('counts who follows, and why streams end', async () => {
    const jobId = await makeJob(door)
    const path = `/runner-jobs/${jobId}/events/stream`
    const subscription = `/api/trpc/events.follow?input=${encodeURIComponent(JSON.stringify({ jobId }))}`
    const doomed = await server.newKey(orgId, ['read'])
    const grown = await growth(async () => {
      const ended = new AbortController()
      const open = (key: string, at: string, signal?: AbortSignal) =>
        fetch(`${door.url}${at}`, { headers: { authorization: `Bearer ${key}` }, ...(signal && { signal }) })
      const leaving = [await open(door.key, path, ended.signal), await open(door.key, subscription, ended.signal)]
      const revoked = [await open(doomed.key, path), await open(doomed.key, subscription)]
      await waitFor(async () => (await scrape(door)).waybill_followers === 4)
      expect(leaving.length).toBe(2)
      ended.abort()
      await server.services.auth.revokeKey({ orgId, keyId: doomed.keyId })
      await Promise.all(revoked.map((response) => response.text()))
      await waitFor(async () => (await scrape(door)).waybill_followers === 0)
      const over = readFrames(door, path)
      await emit(door, jobId, [
        { type: 'job.started', payload: {} },
        { type: 'job.completed', payload: {} },
      ])
      await over
      await (await open(door.key, subscription)).text()
    })
    expect(grown).toMatchObject({
      'waybill_streams_ended_total{reason="left"}': 2,
      'waybill_streams_ended_total{reason="credential"}': 2,
      'waybill_streams_ended_total{reason="over"}': 2,
    })
    expect(grown['waybill_streams_ended_total{reason="failed"}']).toBeUndefined()
  })

  it('tells how far windows and totals are behind', async () => {
    const jobId = await makeJob(door)
    const grown = await growth(async () => {
      await emit(door, jobId, [{ type: 'job.started', payload: {} }])
      await waitFor(async () => (await scrape(door)).waybill_projector_lag_jobs === 0)
    })
    expect(grown).toMatchObject({ waybill_published_events_total: 1, waybill_publish_seconds_count: 1 })
    expect(await scrape(door)).toMatchObject({
      waybill_valkey_up: 1,
      waybill_database_up: 1,
      waybill_projector_lag_events: 0,
      waybill_windows_behind: 0,
      waybill_followers_behind: 0,
      waybill_follower_lag_events: 0,
      waybill_append_pending_bytes: 0,
    })
  })
})

it('goes on telling the rest while the database is away', async () => {
  await using database = await startPostgres()
  await migrate({ url: database.url })
  await using server = await openApiServer({ databaseUrl: database.url })
  const door = { url: server.url, key: (await server.newKey(await server.newOrg())).key }
  await makeJob(door)
  await database.stop()
  const samples = await scrape(door)
  expect(samples).toMatchObject({ waybill_database_up: 0, waybill_jobs_created_total: 1 })
  expect(samples).not.toHaveProperty('waybill_projector_lag_jobs')
  expect(samples).not.toHaveProperty('waybill_valkey_up')
}, 90_000)
