import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobQuery } from '#server/journal/journal.ts'
import { drafts } from '#testing/drafts.ts'
import { actor, type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

async function makeJob(
  parts: { orgId?: string; action?: string; title?: string; userId?: string; requestId?: string } = {},
) {
  const { orgId = bed.orgId, action = 'test', title, userId = 'ada', requestId = randomUUID() } = parts
  const named = title === undefined ? {} : { title }
  const asked = { orgId, actor: { ...actor, userId }, requestId, action, inputs: {}, redactions: [], ...named }
  const { jobId } = await one.journal.createJob(asked)
  return { orgId, jobId }
}

async function listAll(query: JobQuery): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await one.journal.listJobs({ ...query, ...(cursor === undefined ? {} : { cursor }) })
    ids.push(...page.jobs.map(({ id }) => id))
    if (page.next === null) return ids
    cursor = page.next
  }
}

describe('pages', () => {
  test('of jobs made in the same millisecond miss none and repeat none', async () => {
    await using other = await openJournalTestbed({ url: bed.url })
    const { orgId } = other
    const jobs = await Promise.all(Array.from({ length: 23 }, () => makeJob({ orgId })))
    await bed.owner`update jobs set created_at = '2026-11-01T00:00:00.123Z' where org_id = ${orgId}`
    const wanted = jobs
      .map(({ jobId }) => jobId)
      .sort()
      .reverse()
    for (const limit of [1, 2, 7, 22, 23, 24]) expect(await listAll({ orgId, limit })).toEqual(wanted)
  })

  test('stay where they are while new jobs arrive in front', async () => {
    await using other = await openJournalTestbed({ url: bed.url })
    const { orgId } = other
    const old = []
    for (let index = 0; index < 6; index++) old.unshift((await makeJob({ orgId })).jobId)
    const first = await one.journal.listJobs({ orgId, limit: 3 })
    await Promise.all([makeJob({ orgId }), makeJob({ orgId }), makeJob({ orgId })])
    const second = await one.journal.listJobs({ orgId, limit: 3, cursor: first.next ?? '' })
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(old)
    expect(second.next).toBeNull()
  })

  test.each(['', 'nonsense', '1_2', `${Date.now()}_x`, `${'9'.repeat(15)}_${randomUUID()}`, `-1_${randomUUID()}`])(
    'refuse the cursor "%s", which none of them gave',
    async (cursor) => {
      const asked = one.journal.listJobs({ orgId: bed.orgId, limit: 3, cursor })
      await expect(asked).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { path: '/cursor' } })
    },
  )
})

describe('filters', () => {
  test('find by state, action, user and text, and combine', async () => {
    await using other = await openJournalTestbed({ url: bed.url })
    const { orgId } = other
    const deploy = await makeJob({ orgId, action: 'deploy', title: 'Ship 100% of _it_' })
    const build = await makeJob({ orgId, action: 'build', userId: 'bob', requestId: 'Req\\42' })
    await one.emit(build, [drafts.started()])
    const find = (query: Omit<JobQuery, 'orgId' | 'limit'>) => listAll({ orgId, limit: 10, ...query })
    expect(await find({ state: 'running' })).toEqual([build.jobId])
    expect(await find({ state: 'pending' })).toEqual([deploy.jobId])
    expect(await find({ action: 'deploy' })).toEqual([deploy.jobId])
    expect(await find({ userId: 'bob' })).toEqual([build.jobId])
    expect(await find({ text: 'SHIP' })).toEqual([deploy.jobId])
    expect(await find({ text: 'buil' })).toEqual([build.jobId])
    expect(await find({ text: '' })).toEqual([build.jobId, deploy.jobId])
    expect(await find({ text: deploy.jobId })).toEqual([deploy.jobId])
    // Signs that LIKE would take for patterns.
    expect(await find({ text: '0% of _i' })).toEqual([deploy.jobId])
    expect(await find({ text: '%' })).toEqual([deploy.jobId])
    expect(await find({ text: 'q\\4' })).toEqual([build.jobId])
    expect(await find({ state: 'running', action: 'deploy' })).toEqual([])
  })
})

test('a job in the list says what happened to it', async () => {
  const job = await makeJob({ title: 'Ship' })
  await one.emit(job, [drafts.started()])
  await one.emit(job, [drafts.completed()])
  const { jobs } = await one.journal.listJobs({ orgId: bed.orgId, text: job.jobId, limit: 1 })
  const events = await bed.eventsOf(job)
  const [createdAt, startedAt, completedAt] = events.map(({ recordedAt }) => recordedAt)
  expect(jobs).toMatchObject([
    { id: job.jobId, title: 'Ship', state: 'success', attempt: 1, createdAt, startedAt, completedAt, head: 3 },
  ])
  expect(jobs[0]?.lastEventAt).toBe(completedAt)
  expect(await one.journal.readJob(job)).toMatchObject({ ...jobs[0], output: 42, inputs: {} })
})

test('a failed job says why', async () => {
  const job = await makeJob()
  await one.emit(job, [drafts.failed()])
  const error = { code: 'broke', message: 'It broke.' }
  expect(await one.journal.readJob(job)).toMatchObject({ state: 'failed', error })
})

test('facets count the jobs of an organisation, each under all filters but its own', async () => {
  await using other = await openJournalTestbed({ url: bed.url })
  const { orgId } = other
  await makeJob({ orgId, action: 'deploy', title: 'Ship' })
  const shipped = await makeJob({ orgId, action: 'deploy', userId: 'bob', title: 'Ship' })
  await makeJob({ orgId, action: 'build', userId: 'bob' })
  await one.emit(shipped, [drafts.started()])
  const facets = (query: Omit<JobQuery, 'orgId' | 'limit'> = {}) => one.journal.countFacets({ orgId, ...query })
  const deploys = { name: 'deploy', count: 2 }
  const all = await facets()
  expect(all.actions).toEqual([deploys, { name: 'build', count: 1 }])
  expect(all.users).toEqual([
    { name: 'bob', count: 2 },
    { name: 'ada', count: 1 },
  ])
  expect(new Map(all.states.map(({ name, count }) => [name, count]))).toEqual(
    new Map([
      ['pending', 2],
      ['running', 1],
    ]),
  )
  expect(all.isWhole).toBe(true)
  const running = await facets({ state: 'running' })
  expect(running.states).toHaveLength(2)
  expect(running.actions).toEqual([{ name: 'deploy', count: 1 }])
  expect((await facets({ text: 'ship', userId: 'ada' })).users).toHaveLength(2)
  expect((await facets({ text: 'ship', userId: 'ada' })).actions).toEqual([{ name: 'deploy', count: 1 }])
})
