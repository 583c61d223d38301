import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreateRequest } from '#server/journal/journal.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { actor, type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal
let other: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
  other = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

function request(parts: Partial<CreateRequest> = {}): CreateRequest {
  const inputs = { repo: 'acme/site', branch: 'main' }
  return { orgId: bed.orgId, actor, requestId: randomUUID(), action: 'deploy', inputs, redactions: [], ...parts }
}

describe('createJob', () => {
  test('records job.created as seq 1, with everything that was said', async () => {
    const parentJobId = randomUUID()
    const asked = request({
      title: 'Deploy',
      labels: { team: 'web' },
      parentJobId,
      redactions: [{ path: '/inputs/token', rule: 'r' }],
    })
    const { jobId, created } = await one.journal.createJob(asked)
    expect(created).toBe(true)
    const [event, ...rest] = (await expectSoundJob(bed, { orgId: bed.orgId, jobId })).events
    expect(rest).toEqual([])
    const { requestId, inputs } = asked
    expect(event).toMatchObject({
      seq: 1,
      type: 'job.created',
      actor,
      payload: { requestId, action: 'deploy', inputs, title: 'Deploy', labels: { team: 'web' }, parentJobId },
      redactions: asked.redactions,
    })
    expect(one.committed.at(-1)).toMatchObject({ jobId, firstSeq: 1, lastSeq: 1, state: 'pending' })
    const record = await one.journal.readJob({ orgId: bed.orgId, jobId })
    expect(record).toMatchObject({
      requestId,
      userId: 'ada',
      title: 'Deploy',
      labels: { team: 'web' },
      parentJobId,
      inputs,
    })
  })

  test('makes one job of one requestId, asked at two processes many times at once', async () => {
    const asked = request()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).journal.createJob(asked)),
    )
    expect(new Set(answers.map(({ jobId }) => jobId)).size).toBe(1)
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    const published = [...one.committed, ...other.committed].filter(({ jobId }) => jobId === answers[0]?.jobId)
    expect(published).toHaveLength(1)
    const rows = await bed.owner`select 1 from jobs where request_id = ${asked.requestId}`
    expect(rows).toHaveLength(1)
  })

  test.each([
    ['action', { action: 'destroy' }],
    ['inputs', { inputs: { repo: 'acme/site', branch: 'dev' } }],
    ['title', { title: 'Deploy' }],
    ['labels', { labels: { team: 'web' } }],
    ['parent', { parentJobId: randomUUID() }],
  ])('refuses a known requestId with another %s, and names the job it made', async (_what, change) => {
    const asked = request()
    const { jobId } = await one.journal.createJob(asked)
    await expect(other.journal.createJob({ ...asked, ...change })).rejects.toMatchObject({
      code: 'REQUEST_ID_REUSED',
      details: { jobId },
    })
    expect(await other.journal.createJob(asked)).toEqual({ jobId, created: false })
  })

  test('keeps the requestIds of two organisations apart', async () => {
    await using foreign = await openJournalTestbed({ url: bed.url })
    const asked = request()
    const mine = await one.journal.createJob(asked)
    const theirs = await one.journal.createJob({ ...asked, orgId: foreign.orgId, action: 'other' })
    expect(theirs.created).toBe(true)
    expect(theirs.jobId).not.toBe(mine.jobId)
  })

  test('refuses inputs over the limit before anything is stored', async () => {
    const asked = request({ inputs: { text: 'x'.repeat(256 * 1024) } })
    await expect(one.journal.createJob(asked)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    expect(await bed.owner`select 1 from jobs where request_id = ${asked.requestId}`).toHaveLength(0)
  })
})
