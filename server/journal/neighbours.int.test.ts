import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drafts } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal
let other: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
  other = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

const refused = (code: string) => ({ status: 'rejected', reason: { code } })
const stored = (firstSeq: number) => ({ status: 'fulfilled', value: { firstSeq } })

describe('a refused request', () => {
  test('spoils neither those before nor those behind it, of its own job and of others', async () => {
    const jobs = await Promise.all([1, 2, 3].map(() => bed.newJob(one)))
    const [job, second, third] = jobs as [(typeof jobs)[0], (typeof jobs)[0], (typeof jobs)[0]]
    const sent = [
      one.emit(job, [drafts.started()]),
      one.emit(second, [drafts.tool('c1')]),
      one.emit(job, [drafts.started()]),
      one.emit(job, [drafts.stepStarted('build'), drafts.stepStarted('build')]),
      one.emit(third, [drafts.completed()]),
      one.emit(job, [drafts.stepStarted('build')]),
      one.emit(job, [drafts.completed()]),
      one.emit(job, [drafts.tool('late')]),
      one.emit(third, [drafts.started()]),
    ]
    expect(await Promise.allSettled(sent)).toMatchObject([
      stored(2),
      stored(2),
      refused('JOB_RUNNING'),
      refused('STEP_OPEN'),
      refused('JOB_NOT_RUNNING'),
      stored(3),
      stored(4),
      refused('JOB_CLOSED'),
      stored(2),
    ])
    for (const each of jobs) await expectSoundJob(bed, each)
  })

  test('does not count for later requests of its job: they are judged on what was stored', async () => {
    const job = await bed.newJob(one)
    // The step of the refused request must not be open for the third.
    const sent = [
      one.emit(job, [drafts.started()]),
      one.emit(job, [drafts.stepStarted('build'), drafts.started()]),
      one.emit(job, [drafts.stepStarted('build')]),
    ]
    expect(await Promise.allSettled(sent)).toMatchObject([stored(2), refused('JOB_RUNNING'), stored(3)])
    await expectSoundJob(bed, job)
  })

  test('names the event that does not fit, and stores nothing of the request', async () => {
    const job = await bed.newJob(one)
    const events = [drafts.tool('c1'), drafts.output('build', 'x'), drafts.completed()]
    await expect(one.emit(job, events)).rejects.toMatchObject({ code: 'JOB_NOT_RUNNING', details: { index: 2 } })
    expect(await bed.eventsOf(job)).toHaveLength(1)
    expect(await one.emit(job, [drafts.started()])).toMatchObject({ firstSeq: 2 })
  })
})

describe('a shape that another process made old', () => {
  test('never refuses what the newest shape allows', async () => {
    const job = await bed.newJob(one)
    await one.emit(job, [drafts.tool('c1')])
    await other.emit(job, [drafts.started()])
    expect(await one.emit(job, [drafts.completed()])).toMatchObject({ firstSeq: 4 })
    await expectSoundJob(bed, job)
  })

  test('never allows what the newest shape refuses', async () => {
    const job = await bed.newJob(one, 'started')
    await other.emit(job, [drafts.stepStarted('build'), drafts.gateStarted('lint')])
    await expect(one.emit(job, [drafts.stepStarted('build')])).rejects.toMatchObject({ code: 'STEP_OPEN' })
    await expect(one.emit(job, [drafts.gateStarted('lint')])).rejects.toMatchObject({ code: 'GATE_OPEN' })
    await other.emit(job, [drafts.stepCompleted('build'), drafts.gatePassed('lint')])
    await expect(one.emit(job, [drafts.output('build', 'x')])).rejects.toMatchObject({ code: 'STEP_CLOSED' })
    await expect(one.emit(job, [drafts.gateFailed('lint')])).rejects.toMatchObject({ code: 'GATE_CLOSED' })
    await other.emit(job, [drafts.failed()])
    await expect(one.emit(job, [drafts.tool('late')])).rejects.toMatchObject({ code: 'JOB_CLOSED' })
    await expectSoundJob(bed, job)
  })

  test('takes over what changed: runs, parents, an explicit start after an implicit one, the next attempt', async () => {
    const job = await bed.newJob(one, 'started')
    await one.emit(job, [drafts.output('build', 'implicit'), drafts.stepStarted('test'), drafts.stepCompleted('test')])
    await other.emit(job, [drafts.stepStarted('build')])
    await expect(one.emit(job, [drafts.stepStarted('build')])).rejects.toMatchObject({ code: 'STEP_OPEN' })
    await other.emit(job, [drafts.stepStarted('test'), drafts.stepCompleted('test')])
    await one.emit(job, [drafts.stepStarted('test')])
    await other.emit(job, [drafts.queued(), drafts.started(), drafts.stepStarted('build')])
    await one.emit(job, [drafts.stepCompleted('build'), drafts.stepStarted('test')])
    const { view } = await expectSoundJob(bed, job)
    expect([...view.steps.keys()]).toEqual(['1/1/build', '1/1/test', '1/2/test', '1/3/test', '2/1/build', '2/1/test'])
  })
})

describe('an event that only the database refuses', () => {
  // No client gets that far with it: HTTP refuses NUL. PostgreSQL has no text that holds one.
  const poison = () => drafts.tool('c1', { source: 'a\0b' })

  test('is refused alone: its neighbours in job and flush are stored', async () => {
    const jobs = await Promise.all(Array.from({ length: 7 }, () => bed.newJob(one)))
    const logged = one.errors.length
    const sent = jobs.flatMap((job, index) => [
      one.emit(job, [drafts.started()]),
      one.emit(job, [drafts.stepStarted('build'), index === 4 ? poison() : drafts.tool('c1')]),
      one.emit(job, [drafts.tool('c2')]),
      one.emit(job, [drafts.tool('c3')]),
    ])
    const outcomes = await Promise.allSettled(sent)
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([17])
    expect(outcomes[17]).toMatchObject(refused('INTERNAL'))
    for (const [index, job] of jobs.entries()) {
      const { events } = await expectSoundJob(bed, job)
      expect(events).toHaveLength(index === 4 ? 4 : 6)
    }
    expect(one.errors.length).toBe(logged + 1)
  })

  test('says nothing of its content', async () => {
    const job = await bed.newJob(one)
    const event = { ...poison(), redactions: [{ path: '/secret-path\0', rule: 'r' }] }
    const error = await one.emit(job, [event]).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INTERNAL' })
    expect(JSON.stringify([error, String(error)])).not.toContain('secret-path')
  })

  test('and another beside it are both found', async () => {
    const job = await bed.newJob(one)
    const sent = [poison(), drafts.tool('c2'), poison(), drafts.tool('c4')].map((event) => one.emit(job, [event]))
    expect(await Promise.allSettled(sent)).toMatchObject([
      refused('INTERNAL'),
      stored(2),
      refused('INTERNAL'),
      stored(3),
    ])
  })

  test('leaves a job id that is no UUID to itself', async () => {
    const job = await bed.newJob(one)
    const sent = [one.emit(job, [drafts.tool('c1')]), one.emit({ ...job, jobId: 'nonsense' }, [drafts.tool('c1')])]
    expect(await Promise.allSettled(sent)).toMatchObject([stored(2), refused('INTERNAL')])
  })
})

test('stores texts that look like SQL, arrays and nothing, exactly as they came', async () => {
  const job = await bed.newJob(one)
  const texts = [
    'null',
    'NULL',
    '',
    '{}',
    '{"a"}',
    '"',
    '\\',
    '\\\\"',
    "'; drop table jobs; --",
    'a,b',
    ' ',
    '\u2028',
    '😀',
    '\r\n',
  ]
  await one.emit(
    job,
    texts.map((text) => drafts.output('build', text, text === '' ? {} : { source: text })),
  )
  const events = await bed.eventsOf(job)
  expect(events.slice(1).map(({ payload }) => (payload as { text: string }).text)).toEqual(texts)
  const { events: served } = await one.journal.readEvents({ ...job, limit: 100 })
  const sources = served.slice(1).map(({ json }) => JSON.parse(json).source)
  expect(sources).toEqual(texts.map((text) => (text === '' ? undefined : text)))
})

test('hands to live exactly what is read back from the journal', async () => {
  const job = await bed.newJob(one)
  await Promise.all([
    one.emit(job, [drafts.started({ source: 'a "b"\n', occurredAt: '2026-11-01T13:00:00.5+01:00' })]),
    one.emit(job, [drafts.output('build', 'é\u2028'), drafts.completed()]),
  ])
  const live = one.committed.filter(({ jobId }) => jobId === job.jobId)
  const read = await one.journal.readEvents({ ...job, limit: 100 })
  expect(live.flatMap(({ events }) => events)).toEqual(read.events)
  expect(live.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq])).toEqual([
    [1, 1],
    [2, 4],
  ])
  expect(live.at(-1)?.state).toBe('success')
})
