import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobAddress, Journal } from '#server/journal/journal.ts'
import { drafts } from '#testing/drafts.ts'
import { actor, type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let foreign: JournalTestbed
let one: OpenedJournal
let job: JobAddress

beforeAll(async () => {
  bed = await openJournalTestbed()
  foreign = await openJournalTestbed({ url: bed.url })
  one = bed.open()
  job = await bed.newJob(one, 'started')
  await one.emit(job, [drafts.output('build', 'secret\n'), drafts.gateStarted('lint')])
})
afterAll(async () => {
  await foreign[Symbol.asyncDispose]()
  await bed[Symbol.asyncDispose]()
})

/** Every operation on one job. A new one that is forgotten here does not compile. */
const operations: Record<
  Exclude<
    keyof Journal,
    | 'createJob'
    | 'readHeads'
    | 'readEpoch'
    | 'keepsEvents'
    | 'noteLosses'
    | 'listJobs'
    | 'countFacets'
    | 'stats'
    | 'close'
  >,
  (journal: Journal, address: JobAddress) => Promise<unknown>
> = {
  append: (journal, address) => journal.append({ ...address, actor, events: [drafts.tool('c1')] }),
  readEvents: (journal, address) => journal.readEvents({ ...address, limit: 10 }),
  readEvent: (journal, address) => journal.readEvent({ ...address, event: 1 }),
  readJob: (journal, address) => journal.readJob(address),
  readLogs: (journal, address) => journal.readLogs(address, 10),
  listSteps: (journal, address) => journal.listSteps(address),
}

describe.each(Object.entries(operations))('%s', (_name, operation) => {
  test('answers the owner', async () => {
    await expect(operation(one.journal, job)).resolves.toBeDefined()
  })

  test("cannot tell another organisation's job from one that does not exist", async () => {
    const unknown = { orgId: foreign.orgId, jobId: randomUUID() }
    const answers = await Promise.allSettled([
      operation(one.journal, { ...job, orgId: foreign.orgId }),
      operation(one.journal, unknown),
    ])
    const messages = answers.map((answer) => {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND', details: {} } })
      return String(answer.status === 'rejected' && answer.reason)
    })
    expect(messages[0]?.replace(job.jobId, unknown.jobId)).toBe(messages[1])
  })
})

test('readHeads leaves out foreign and unknown jobs', async () => {
  const asked = [job, { ...job, orgId: foreign.orgId }, { orgId: bed.orgId, jobId: randomUUID() }]
  const heads = await one.journal.readHeads(asked)
  const { head } = await one.journal.readEvents({ ...job, limit: 1 })
  const [newest] = (await bed.eventsOf(job)).toReversed()
  expect([...heads]).toEqual([[job.jobId, { head, state: 'running', id: newest?.id }]])
  expect((await one.journal.readHeads(asked.slice(1))).size).toBe(0)
})

test('keepsEvents finds no event through another organisation, nor at another seq or with another id', async () => {
  const [, second] = await bed.eventsOf(job)
  const event = { ...job, seq: 2, id: second?.id ?? '' }
  const others = [
    { ...event, orgId: foreign.orgId },
    { ...event, seq: 3 },
    { ...event, id: randomUUID() },
  ]
  expect(await one.journal.keepsEvents([event])).toEqual(new Set([job.jobId]))
  for (const other of others) expect(await one.journal.keepsEvents([other])).toEqual(new Set())
})

test('noteLosses is told to the owner of the job alone', async () => {
  const lossy = await bed.newJob(one, 'started')
  await foreign.open().journal.noteLosses([{ orgId: foreign.orgId, jobId: job.jobId, seq: 90 }])
  for (const seq of [7, 5]) await one.journal.noteLosses([{ ...lossy, seq }])
  const heads = await one.journal.readHeads([job, lossy])
  expect([heads.get(job.jobId)?.lost, heads.get(lossy.jobId)?.lost]).toEqual([undefined, 7])
})

test('listJobs shows an organisation its own jobs alone, whatever it searches for', async () => {
  expect((await one.journal.listJobs({ orgId: foreign.orgId, limit: 10 })).jobs).toEqual([])
  expect((await one.journal.listJobs({ orgId: foreign.orgId, text: job.jobId, limit: 10 })).jobs).toEqual([])
  expect((await one.journal.listJobs({ orgId: bed.orgId, text: job.jobId, limit: 10 })).jobs).toHaveLength(1)
})

test('a foreign request among those of the owner is refused alone', async () => {
  const outcomes = await Promise.allSettled([
    one.emit(job, [drafts.tool('mine')]),
    one.emit({ ...job, orgId: foreign.orgId }, [drafts.tool('theirs')]),
    one.emit(job, [drafts.tool('mine too')]),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const tools = (await bed.eventsOf(job)).flatMap((event) =>
    event.type === 'ai.tool_called' ? [event.payload.callId] : [],
  )
  expect(tools).not.toContain('theirs')
})
