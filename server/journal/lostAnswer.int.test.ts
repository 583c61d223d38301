import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CleanDraft, JobAddress } from '#server/journal/journal.ts'
import { drafts } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { actor, type JournalTestbed, openJournalTestbed } from '#testing/journals.ts'
import { openTcpProxy } from '#testing/tcpProxy.ts'

let bed: JournalTestbed

beforeAll(async () => {
  bed = await openJournalTestbed()
})
afterAll(() => bed[Symbol.asyncDispose]())

/** Waits until the journal itself, past the proxy, holds this many events of a job. */
async function stored(job: JobAddress, events: number): Promise<void> {
  while ((await bed.eventsOf(job)).length < events) await sleep(5)
}

async function behindProxy(options: { patienceMs?: number } = {}) {
  const url = new URL(bed.url)
  const proxy = await openTcpProxy(Number(url.port))
  url.port = String(proxy.port)
  // One connection: on a new one the driver asks for the types of a statement first, and nothing would be committed.
  return { proxy, opened: bed.open({ url: url.href, max: 1, ...options }) }
}

describe('a commit whose answer is lost with its connection', () => {
  test.each<[string, CleanDraft[]]>([
    ['the final event', [drafts.completed()]],
    [
      'events with ids of their own',
      [drafts.tool('c1', { id: randomUUID() }), drafts.tool('c2', { id: randomUUID() })],
    ],
    ['events whose ids the server made', [drafts.output('build', 'a\n'), drafts.output('build', 'b\n')]],
    ['structure that would be refused a second time', [drafts.stepStarted('build'), drafts.gateStarted('lint')]],
  ])('is found again: %s', async (_what, events) => {
    const { proxy, opened } = await behindProxy()
    await using _proxy = proxy
    const job = await bed.newJob(opened, 'started')
    proxy.freeze('toClient')
    const sent = opened.emit(job, events)
    await stored(job, 2 + events.length)
    proxy.thaw()
    proxy.cut()
    const { results } = await sent
    expect(results.map(({ seq, duplicate }) => ({ seq, duplicate }))).toEqual(
      events.map((_, index) => ({ seq: 3 + index, duplicate: true })),
    )
    expect((await expectSoundJob(bed, job)).events).toHaveLength(2 + events.length)
  })

  test('is found again in every job of the flush, also behind a request that was refused before', async () => {
    const { proxy, opened } = await behindProxy()
    await using _proxy = proxy
    const jobs = await Promise.all(Array.from({ length: 5 }, () => bed.newJob(opened, 'started')))
    proxy.freeze('toClient')
    const sent = jobs.map((job) =>
      Promise.allSettled([
        opened.emit(job, [drafts.tool('c1')]),
        opened.emit(job, [drafts.completed()]),
        opened.emit(job, [drafts.tool('late')]),
      ]),
    )
    for (const job of jobs) await stored(job, 4)
    proxy.thaw()
    proxy.cut()
    for (const outcomes of await Promise.all(sent)) {
      expect(outcomes).toMatchObject([
        { value: { results: [{ seq: 3, duplicate: true }] } },
        { value: { results: [{ seq: 4, duplicate: true }] } },
        { reason: { code: 'JOB_CLOSED' } },
      ])
    }
    for (const job of jobs) await expectSoundJob(bed, job)
  })

  test('of a new job leads to that job, and to no second one', async () => {
    const { proxy, opened } = await behindProxy()
    await using _proxy = proxy
    await bed.newJob(opened)
    const requestId = randomUUID()
    const find = () => bed.owner<{ id: string }[]>`select id from jobs where request_id = ${requestId}`
    proxy.freeze('toClient')
    const asked = { orgId: bed.orgId, actor, requestId, action: 'a', inputs: {}, redactions: [] }
    const sent = opened.journal.createJob(asked)
    while ((await find()).length === 0) await sleep(5)
    proxy.thaw()
    proxy.cut()
    const { jobId } = await sent
    expect(await find()).toMatchObject([{ id: jobId }])
  })
})

test('a statement that never reached the database is sent again, once', async () => {
  const { proxy, opened } = await behindProxy()
  await using _proxy = proxy
  const job = await bed.newJob(opened, 'started')
  proxy.freeze('toServer')
  const sent = opened.emit(job, [drafts.completed()])
  await sleep(50)
  proxy.thaw()
  proxy.cut()
  expect(await sent).toMatchObject({ results: [{ seq: 3, duplicate: false }] })
  await expectSoundJob(bed, job)
})

describe('a connection that swallows everything and stays', () => {
  test.each([
    ['the answer, so that the events are stored', 'toClient', true],
    ['the statement, so that they are not', 'toServer', false],
  ] as const)('loses %s: UNAVAILABLE within patience, and the ids tell which', async (_what, direction, isStored) => {
    const { proxy, opened } = await behindProxy({ patienceMs: 300 })
    await using _proxy = proxy
    const job = await bed.newJob(opened, 'started')
    const last = [drafts.tool('c1', { id: randomUUID() }), drafts.completed({ id: randomUUID() })]
    proxy.freeze(direction)
    await expect(opened.emit(job, last)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await bed.eventsOf(job)).toHaveLength(isStored ? 4 : 2)
    proxy.thaw()
    proxy.cut()
    expect(await opened.emit(job, last)).toMatchObject({
      results: [
        { seq: 3, duplicate: isStored },
        { seq: 4, duplicate: isStored },
      ],
    })
    await expectSoundJob(bed, job)
  })

  test('ends reads with UNAVAILABLE too, and the next ones work', async () => {
    const { proxy, opened } = await behindProxy({ patienceMs: 300 })
    await using _proxy = proxy
    const job = await bed.newJob(opened)
    proxy.freeze('toClient')
    await expect(opened.journal.readEvents({ ...job, limit: 1 })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    proxy.thaw()
    proxy.cut()
    expect(await opened.journal.readEvents({ ...job, limit: 1 })).toMatchObject({ head: 1 })
  })

  test('does not keep the journal from closing', async () => {
    const { proxy, opened } = await behindProxy({ patienceMs: 300 })
    await using _proxy = proxy
    const job = await bed.newJob(opened)
    proxy.freeze('toClient')
    const sent = opened.emit(job, [drafts.started()])
    const [outcome] = await Promise.allSettled([sent, opened.journal.close()])
    expect(outcome).toMatchObject({ reason: { code: 'UNAVAILABLE' } })
    proxy.cut()
  })
})
