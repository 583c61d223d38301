import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CleanDraft } from '#server/journal/journal.ts'
import { clean, drafts } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal
/** What another server process would see: a pool and a shape cache of its own. */
let other: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
  other = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

describe('a lost ack of the final event, sent again', () => {
  test.each([
    ['to the same process', false],
    ['to another process', true],
  ])('%s is a duplicate, although the job is closed', async (_where, elsewhere) => {
    const job = await bed.newJob(one, 'started')
    const last = drafts.completed({ id: randomUUID() })
    expect(await one.emit(job, [last])).toMatchObject({
      firstSeq: 3,
      lastSeq: 3,
      results: [{ seq: 3, duplicate: false }],
    })
    const again = await (elsewhere ? other : one).emit(job, [last])
    expect(again).toEqual({ firstSeq: null, lastSeq: null, results: [{ id: last.draft.id, seq: 3, duplicate: true }] })
    await expectSoundJob(bed, job)
  })

  test.each([
    ['to the same process', false],
    ['to another process', true],
  ])('%s with the expectedSeq of the first time is a duplicate', async (_where, elsewhere) => {
    const job = await bed.newJob(one, 'started')
    const last = drafts.completed({ id: randomUUID() })
    await one.emit(job, [last], 2)
    expect(await (elsewhere ? other : one).emit(job, [last], 2)).toMatchObject({
      results: [{ seq: 3, duplicate: true }],
    })
  })

  test('with new events beside it refuses only what is new, and stores nothing', async () => {
    const job = await bed.newJob(one, 'started')
    const last = drafts.completed({ id: randomUUID() })
    await one.emit(job, [last])
    await expect(one.emit(job, [last, drafts.tool('late')])).rejects.toMatchObject({
      code: 'JOB_CLOSED',
      details: { index: 1 },
    })
    expect((await expectSoundJob(bed, job)).events).toHaveLength(3)
  })
})

describe('an id that is stored', () => {
  test('is a duplicate even when the state or the head would refuse the event now', async () => {
    const job = await bed.newJob(one, 'started')
    const start = drafts.stepStarted('build', { id: randomUUID() })
    await one.emit(job, [start])
    await one.emit(job, [drafts.output('build', 'x')])
    expect(await one.emit(job, [start])).toMatchObject({ results: [{ seq: 3, duplicate: true }] })
    expect(await other.emit(job, [start], 99)).toMatchObject({ results: [{ seq: 3, duplicate: true }] })
  })

  test('is found when the cached shape knows nothing of what another process did', async () => {
    const job = await bed.newJob(one, 'started')
    await other.emit(job, [drafts.tool('warm')])
    const stepId = 'build'
    const whole = [drafts.stepStarted(stepId, { id: randomUUID() }), drafts.stepCompleted(stepId, { id: randomUUID() })]
    await one.emit(job, whole)
    expect(await other.emit(job, whole)).toMatchObject({
      firstSeq: null,
      results: [
        { seq: 4, duplicate: true },
        { seq: 5, duplicate: true },
      ],
    })
  })

  test('is the same in upper case', async () => {
    const job = await bed.newJob(one)
    const id = randomUUID()
    await one.emit(job, [drafts.tool('c1', { id: id.toUpperCase() })])
    expect(await one.emit(job, [drafts.tool('c1', { id })])).toMatchObject({
      results: [{ id, seq: 2, duplicate: true }],
    })
  })

  test('among new ones leaves their order, and firstSeq and lastSeq cover the new ones', async () => {
    const job = await bed.newJob(one)
    const [a, b, c] = ['a', 'b', 'c'].map((name) => drafts.tool(name, { id: randomUUID() })) as [
      CleanDraft,
      CleanDraft,
      CleanDraft,
    ]
    await one.emit(job, [b])
    expect(await one.emit(job, [a, b, c])).toMatchObject({
      firstSeq: 3,
      lastSeq: 4,
      results: [
        { id: a.draft.id, seq: 3, duplicate: false },
        { id: b.draft.id, seq: 2, duplicate: true },
        { id: c.draft.id, seq: 4, duplicate: false },
      ],
    })
  })

  test('may name an event of another job', async () => {
    const id = randomUUID()
    const [first, second] = [await bed.newJob(one), await bed.newJob(one)]
    await one.emit(first, [drafts.tool('c1', { id })])
    expect(await one.emit(second, [drafts.tool('c2', { id })])).toMatchObject({
      results: [{ seq: 2, duplicate: false }],
    })
  })

  test('does not make the server publish the event twice', async () => {
    const job = await bed.newJob(one)
    const event = drafts.tool('c1', { id: randomUUID() })
    await one.emit(job, [event])
    await one.emit(job, [event])
    expect(one.committed.filter(({ jobId }) => jobId === job.jobId).map(({ lastSeq }) => lastSeq)).toEqual([1, 2])
  })
})

describe('the same content', () => {
  const id = randomUUID()
  const base = { type: 'ai.tool_called', id, payload: { callId: 'c1', tool: 'search' } } as const
  const at = '2026-11-01T12:00:00.000Z'

  test.each([
    ['another type', clean(base), clean({ id, type: 'job.queued', payload: {} })],
    ['another payload', clean(base), clean({ ...base, payload: { callId: 'c1', tool: 'find' } })],
    [
      'another occurredAt',
      clean({ ...base, occurredAt: at }),
      clean({ ...base, occurredAt: '2026-11-01T12:00:00.001Z' }),
    ],
  ])('is not given with %s: the id is refused', async (_what, stored, sent) => {
    const job = await bed.newJob(one)
    await one.emit(job, [stored])
    await expect(one.emit(job, [drafts.tool('first'), sent])).rejects.toMatchObject({
      code: 'EVENT_ID_REUSED',
      details: { index: 1, path: '/id' },
    })
    await expect(other.emit(job, [sent])).rejects.toMatchObject({ code: 'EVENT_ID_REUSED' })
    expect(await bed.eventsOf(job)).toHaveLength(2)
  })

  test.each([
    ['no occurredAt the second time', clean({ ...base, occurredAt: at }), clean(base)],
    [
      'occurredAt in another zone',
      clean({ ...base, occurredAt: at }),
      clean({ ...base, occurredAt: '2026-11-01T13:00:00+01:00' }),
    ],
    ['keys in another order', clean(base), clean({ ...base, payload: { tool: 'search', callId: 'c1' } })],
    ['another source', clean({ ...base, source: 'a' }), clean({ ...base, source: 'b' })],
  ])('is given with %s', async (_what, stored, sent) => {
    const job = await bed.newJob(one)
    await one.emit(job, [stored])
    expect(await one.emit(job, [sent])).toMatchObject({ results: [{ seq: 2, duplicate: true }] })
  })

  test('is refused as reused before the state of a closed job is looked at', async () => {
    const job = await bed.newJob(one)
    await one.emit(job, [clean(base)])
    await one.emit(job, [drafts.failed()])
    await expect(one.emit(job, [drafts.failed({ id })])).rejects.toMatchObject({ code: 'EVENT_ID_REUSED' })
  })
})

describe('the same ids at the same moment', () => {
  test('in one flush are stored once and answered twice', async () => {
    const job = await bed.newJob(one)
    const events = [drafts.tool('c1', { id: randomUUID() }), drafts.tool('c2', { id: randomUUID() })]
    const answers = await Promise.all([
      one.emit(job, events),
      one.emit(job, events),
      one.emit(job, [drafts.tool('c3')]),
    ])
    expect(
      answers.map(({ results }) => results.map(({ seq, duplicate }) => `${seq}${duplicate ? ' again' : ''}`)),
    ).toEqual([['2', '3'], ['2 again', '3 again'], ['4']])
    expect((await expectSoundJob(bed, job)).events).toHaveLength(4)
  })

  test('in one flush with other content are refused to the second', async () => {
    const job = await bed.newJob(one)
    const id = randomUUID()
    const sent = [one.emit(job, [drafts.tool('c1', { id })]), one.emit(job, [drafts.tool('c2', { id })])]
    expect(await Promise.allSettled(sent)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'EVENT_ID_REUSED' } },
    ])
  })

  test('at two processes are stored once, whoever comes first', async () => {
    const job = await bed.newJob(one, 'started')
    const batches = Array.from({ length: 40 }, (_, index) => {
      const stepId = `s${index}`
      return [drafts.stepStarted(stepId, { id: randomUUID() }), drafts.stepCompleted(stepId, { id: randomUUID() })]
    })
    const answers = await Promise.all(
      batches.map((batch) => Promise.all([one.emit(job, batch), other.emit(job, batch)])),
    )
    for (const [here, there] of answers) {
      expect(here.results.map(({ seq }) => seq)).toEqual(there.results.map(({ seq }) => seq))
      expect([here, there].filter(({ firstSeq }) => firstSeq !== null)).toHaveLength(1)
    }
    expect((await expectSoundJob(bed, job)).events).toHaveLength(2 + 80)
  })
})

describe('expectedSeq', () => {
  test('lets exactly one of two writers in', async () => {
    const job = await bed.newJob(one)
    const sent = [one.emit(job, [drafts.tool('c1')], 1), other.emit(job, [drafts.tool('c2')], 1)]
    const outcomes = await Promise.allSettled(sent)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'SEQ_MISMATCH', details: { head: 2 } },
    })
  })

  test.each([0, 3])('refuses the head %i when it is 2, and tells the head', async (expectedSeq) => {
    const job = await bed.newJob(one, 'started')
    await expect(one.emit(job, [drafts.tool('c1')], expectedSeq)).rejects.toMatchObject({
      code: 'SEQ_MISMATCH',
      details: { head: 2 },
    })
    expect(await one.emit(job, [drafts.tool('c1')], 2)).toMatchObject({ firstSeq: 3 })
  })

  test('is not asked of requests that share the flush', async () => {
    const job = await bed.newJob(one)
    const sent = [
      one.emit(job, [drafts.tool('c1')]),
      one.emit(job, [drafts.tool('c2')], 2),
      one.emit(job, [drafts.tool('c3')], 2),
      one.emit(job, [drafts.tool('c4')]),
    ]
    expect(await Promise.allSettled(sent)).toMatchObject([
      { value: { firstSeq: 2 } },
      { value: { firstSeq: 3 } },
      { reason: { code: 'SEQ_MISMATCH', details: { head: 3 } } },
      { value: { firstSeq: 4 } },
    ])
  })

  test('of a request that is stored already spoils nothing for those behind it', async () => {
    const job = await bed.newJob(one)
    const asking = drafts.tool('c1', { id: randomUUID() })
    await one.emit(job, [asking], 1)
    const sent = [one.emit(job, [asking], 1), one.emit(job, [drafts.tool('c2')]), one.emit(job, [asking], 1)]
    expect(await Promise.all(sent)).toMatchObject([
      { results: [{ seq: 2, duplicate: true }] },
      { results: [{ seq: 3, duplicate: false }] },
      { results: [{ seq: 2, duplicate: true }] },
    ])
  })
})
