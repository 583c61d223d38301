import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Draft, Event } from '#domain/events/envelope.ts'
import { kindOf } from '#domain/events/kinds.ts'
import { linesOf } from '#domain/job/lines.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import { CountPyramid } from '#domain/view/countPyramid.ts'
import { decodeChunk } from '#domain/view/lineChunk.ts'
import { linesPerPage, pageLineCharacters } from '#domain/view/linePage.ts'
import { type OutlineEvent, outlineOf } from '#domain/view/outline.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { decompress } from '#server/projector/compression.ts'
import { openProjector, type Projector } from '#server/projector/openProjector.ts'
import { projectFlushes } from '#server/projector/projectFlushes.ts'
import { firstJob, projectForgotten } from '#server/projector/projectForgotten.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { clean, drafts } from '#testing/drafts.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let one: OpenedJournal
let projector: Projector

beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
  projector = openProjector({ sql: one.sql, log: { warn: () => {} } })
})
afterAll(async () => {
  await projector.close()
  await bed[Symbol.asyncDispose]()
})

const holder = '00000000-0000-4000-8000-000000000000'
const never = () => false

async function projectAll(): Promise<void> {
  await bed.owner`update projector set holder = null, held_until = null`
  while ((await projectFlushes(one.sql, { holder, stopped: never })) === 'more') {}
}

async function outlineOfJob(job: JobAddress, from = 0): Promise<OutlineEvent[]> {
  const events: OutlineEvent[] = []
  for (let after: number | null = from; after !== null; ) {
    const page = await projector.outline(job, after)
    events.push(...page.events.map((json) => JSON.parse(json) as OutlineEvent))
    after = page.next
  }
  return events
}

function structureOf(view: JobView) {
  const { shape, shapeSeq, createdAt, startedAt, endedAt, steps, gates } = view
  return { shape, shapeSeq, createdAt, startedAt, endedAt, steps, gates }
}

function replayed(events: readonly Event[]): JobView {
  const view = emptyView()
  for (const event of events) expect(replay(view, event)).toBeNull()
  return view
}

/** What the outline must hold, event for event. */
function expectedOutline(events: readonly Event[]): OutlineEvent[] {
  const starts = new Set([...replayed(events).steps.values()].map((step) => step.startedSeq))
  const newest = new Map<string, number>()
  const view = emptyView()
  for (const event of events) {
    replay(view, event)
    if (event.type !== 'step.progress') continue
    const { stepId } = event.payload
    const run = view.shape.steps.get(stepId)?.run
    newest.set(`${view.shape.attempt}/${run}/${stepId}`, event.seq)
  }
  const isIn = ({ seq, type }: Event) =>
    !['step.output', 'step.progress'].includes(type) || starts.has(seq) || [...newest.values()].includes(seq)
  return events.filter(isIn).map(outlineOf)
}

function expectedLines(events: readonly Event[]): { seq: number; text: string; stream: string }[] {
  return events.flatMap((event) => {
    if (event.type !== 'step.output') return []
    const { text, encoding, stream } = event.payload
    return linesOf(text, encoding).map((line) => ({ seq: event.seq, text: line, stream }))
  })
}

async function pagesOf(job: JobAddress, lines: number) {
  const pages = Math.floor(lines / linesPerPage) + 1
  return Promise.all(Array.from({ length: pages }, (_, page) => projector.linePage(job, page)))
}

/** Compares every read with what the events themselves say. */
async function expectExact(job: JobAddress): Promise<void> {
  const events = await bed.eventsOf(job)
  const whole = replayed(events)
  const outline = await projector.outline(job, 0)
  expect(outline).toMatchObject({
    head: events.length,
    state: whole.shape.state,
    lastEventAt: events.at(-1)?.recordedAt,
    totals: whole.totals,
  })
  const expected = expectedOutline(events)
  const found = await outlineOfJob(job)
  expect(found).toEqual(expected)
  expect(structureOf(replayed(found))).toEqual(structureOf(whole))
  const middle = Math.floor(events.length / 2)
  expect(await outlineOfJob(job, middle)).toEqual(expected.filter((event) => event.seq > middle))

  const pyramid = new CountPyramid(256)
  for (const event of events) pyramid.add(kindOf(event.type), Date.parse(event.recordedAt))
  expect(await projector.counts(job, 256)).toEqual({ head: events.length, ...pyramid.toTable() })

  const lines = expectedLines(events)
  const pages = await pagesOf(job, lines.length)
  const inPages = pages.flatMap(({ texts, seqs, source, sources }) =>
    texts.map((text, at) => ({ seq: seqs[at], text, stream: sources[source[at] ?? -1]?.stream })),
  )
  expect(inPages).toEqual(lines.map((line) => ({ ...line, text: line.text.slice(0, pageLineCharacters) })))
  expect(pages.map(({ full }) => full)).toEqual([...pages.slice(1).map(() => true), false])
  const times = new Map(events.map(({ seq, recordedAt }) => [seq, Date.parse(recordedAt)]))
  for (const { baseTime, seqs, times: offsets } of pages) {
    expect(offsets.map((offset) => baseTime + offset)).toEqual(seqs.map((seq) => times.get(seq)))
  }
  await expect(projector.linePage(job, pages.length)).rejects.toMatchObject({ code: 'NOT_FOUND' })

  for (const seq of new Set([1, middle, events.length, events.length + 1])) {
    const at = lines.findIndex((line) => line.seq >= seq)
    expect(await projector.lineOfSeq(job, seq)).toEqual({
      line: at === -1 ? lines.length + 1 : at + 1,
      seq: lines[at]?.seq ?? null,
      lines: lines.length,
      head: events.length,
    })
  }
  const chunks = projector.chunks(job)
  const texts: string[] = []
  for (let next = await chunks.next(); ; next = await chunks.next()) {
    if (next.done) {
      expect(next.value).toEqual({ head: events.length })
      break
    }
    const chunk = decodeChunk(decompress(next.value.body))
    expect({ firstLine: chunk.firstLine, lines: chunk.texts.length }).toEqual({
      firstLine: texts.length,
      lines: next.value.lines,
    })
    texts.push(...chunk.texts)
  }
  expect(texts).toEqual(lines.map(({ text }) => text))
}

/** Output of many lines, or of one that is long. */
const bulk: fc.Arbitrary<Draft> = fc
  .tuple(fc.integer({ min: 200, max: 900 }), fc.constantFrom('a', 'b'), fc.constantFrom('x\n', `${'y'.repeat(60)}\n`))
  .map(([count, stepId, line]) => ({
    type: 'step.output',
    payload: { stepId, stream: 'stdout', text: line.repeat(count) },
  }))
const draft = fc.oneof({ weight: 5, arbitrary: arbitraryDraft }, { weight: 2, arbitrary: bulk })

describe('reads', () => {
  test('are what the events say, wherever the projection stands', async () => {
    const request = fc.array(draft, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(request, fc.boolean()), { minLength: 1, maxLength: 15 }), async (requests) => {
        const job = await bed.newJob(one, 'started')
        for (const [events, isProjected] of requests) {
          // A request that does not fit the job is refused; what is stored counts.
          await one.emit(job, events.map(clean)).catch(() => {})
          if (isProjected) await projectAll()
        }
        await expectExact(job)
        await projectAll()
        await expectExact(job)
      }),
      { numRuns: 12 },
    )
  })

  test('are exact for a job of many runs, pages and large values', async () => {
    const job = await bed.newJob(one, 'started')
    const long = 'z'.repeat(30_000)
    for (let round = 0; round < 4; round++) {
      await one.emit(
        job,
        Array.from({ length: 400 }, (_, at) => [
          drafts.output('build', `${round}/${at} a\n${round}/${at} b\n`),
          drafts.tool(`c${round}/${at}`),
        ]).flat(),
      )
      const large = clean({
        type: 'ai.tool_called',
        payload: { callId: 'c', tool: 't', arguments: long, result: [long] },
      })
      await one.emit(job, [drafts.output('build', long), large, drafts.gateFailed(`g${round}`)])
      if (round % 2 === 0) await projectAll()
    }
    await expectExact(job)
    await projectAll()
    await expectExact(job)
    const [stored] = await bed.owner<{ runs: number; cuts: number; chunks: number }[]>`
      select (select count(*)::int from outline_runs where job_id = ${job.jobId}) as runs,
        (select count(*)::int from outline_cuts where job_id = ${job.jobId}) as cuts,
        (select count(*)::int from line_chunks where job_id = ${job.jobId}) as chunks`
    // The large calls, and the output that started its step.
    expect(stored).toEqual({ runs: 3, cuts: 5, chunks: 3 })
  })

  test('find no foreign and no unknown job', async () => {
    const job = await bed.newJob(one, 'started')
    await one.emit(job, [drafts.output('build', 'x\n'.repeat(2500))])
    await projectAll()
    await using foreign = await openJournalTestbed({ url: bed.url })
    for (const address of [
      { ...job, orgId: foreign.orgId },
      { ...job, jobId: holder },
    ]) {
      const reads = [
        projector.outline(address, 0),
        projector.counts(address, 8),
        projector.linePage(address, 0),
        projector.lineOfSeq(address, 1),
        projector.chunks(address).next(),
      ]
      const answers = await Promise.allSettled(reads)
      expect(answers).toMatchObject(reads.map(() => ({ status: 'rejected', reason: { code: 'NOT_FOUND' } })))
    }
  })
})

type Dump = Record<string, unknown[]>

/** All that is kept of a job, as it means, not as it is packed. */
async function dump({ jobId }: JobAddress): Promise<Dump> {
  const text = (bytes: Uint8Array) => decompress(bytes)
  const [projections, chunks, runs, cuts] = await Promise.all([
    bed.owner`select * from job_projections where job_id = ${jobId}`,
    bed.owner`select * from line_chunks where job_id = ${jobId} order by first_line`,
    bed.owner`select * from outline_runs where job_id = ${jobId} order by first_seq`,
    bed.owner`select * from outline_cuts where job_id = ${jobId} order by seq`,
  ])
  return {
    projections: projections.map((row) => ({ ...row, counts: text(row.counts) })),
    chunks: chunks.map((row) => ({ ...row, body: text(row.body) })),
    runs: [...runs],
    cuts: [...cuts],
  }
}

async function bigJob(): Promise<JobAddress> {
  const job = await bed.newJob(one, 'started')
  for (let round = 0; round < 3; round++) {
    const mixed = Array.from({ length: 330 }, (_, at) => [
      drafts.output(at % 7 === 0 ? 'a' : 'b', `\x1b[3${at % 8}mline ${round}/${at}\nand more\n`),
      drafts.progress('c', at),
      drafts.tool(`c${at}`),
    ]).flat()
    await one.emit(job, mixed)
    const long = 'y'.repeat(5000)
    await one.emit(job, [clean({ type: 'ai.tool_called', payload: { callId: 'l', tool: 't', result: long } })])
    // Turns of other sizes than those of a rebuild.
    if (round < 2) await projectAll()
  }
  return job
}

describe('a rebuild', () => {
  test('gives the same projections as before, and says how far it has come', async () => {
    const job = await bigJob()
    await projectAll()
    const before = await dump(job)
    expect(before.chunks?.length).toBeGreaterThan(0)
    expect(before.runs?.length).toBeGreaterThan(0)
    const told = []
    for await (const progress of projector.rebuild(job)) told.push(progress)
    expect(await dump(job)).toEqual(before)
    const events = (await bed.eventsOf(job)).length
    expect(told).toEqual([
      { jobId: job.jobId, jobs: 0, ofJobs: 1, events: 0, ofEvents: events },
      { jobId: job.jobId, jobs: 0, ofJobs: 1, events, ofEvents: events },
      { jobId: job.jobId, jobs: 1, ofJobs: 1, events: 0, ofEvents: 0 },
    ])
  })

  test('mends what was lost or spoilt', async () => {
    const job = await bigJob()
    await projectAll()
    const before = await dump(job)
    await bed.owner`update line_chunks set body = '\\x00', lines = 7 where job_id = ${job.jobId}`
    await bed.owner`delete from outline_runs where job_id = ${job.jobId}`
    await bed.owner`update job_projections set totals = '{}' where job_id = ${job.jobId}`
    for await (const _ of projector.rebuild(job)) {
    }
    expect(await dump(job)).toEqual(before)
    await expectExact(job)
  })

  test('of all jobs of an organisation leaves those of others alone', async () => {
    await using other = await openJournalTestbed({ url: bed.url })
    const foreign = await other.newJob(one)
    await projectAll()
    await bed.owner`update job_projections set totals = '{}' where job_id = ${foreign.jobId}`
    const [jobs] = await bed.owner<{ count: number }[]>`select count(*)::int from jobs where org_id = ${bed.orgId}`
    let last = { jobs: 0, ofJobs: 0 }
    for await (const progress of projector.rebuild({ orgId: bed.orgId })) last = progress
    expect(last).toMatchObject({ jobs: jobs?.count, ofJobs: jobs?.count })
    expect((await dump(foreign)).projections).toMatchObject([{ totals: '{}' }])
    await expect(projector.rebuild({ orgId: bed.orgId, jobId: foreign.jobId }).next()).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('while events come and a projector is at work loses none of them', async () => {
    const job = await bigJob()
    let isOver = false
    const emitting = (async () => {
      for (let round = 0; !isOver; round++) await one.emit(job, [drafts.output('a', `more ${round}\n`.repeat(40))])
    })()
    const projecting = (async () => {
      while (!isOver) await projectAll()
    })()
    for (let round = 0; round < 5; round++) {
      for await (const _ of projector.rebuild(job)) {
      }
    }
    isOver = true
    await Promise.all([emitting, projecting])
    await expectExact(job)
    await projectAll()
    await expectExact(job)
  })
})

describe('a job that was forgotten', () => {
  test('is projected although no flush tells of it', async () => {
    const jobs = await Promise.all([bigJob(), bed.newJob(one), bed.newJob(one, 'started')])
    const [whole, none, some] = jobs
    await projectAll()
    const before = await Promise.all(jobs.map(dump))
    await one.emit(some, [drafts.output('a', 'late\n')])
    await bed.owner`delete from flushes`
    await bed.owner`delete from job_projections where job_id in ${bed.owner([whole.jobId, none.jobId])}`
    await projectAll()
    expect((await dump(none)).projections).toEqual([])
    for (let after: string | null = firstJob; after !== null; ) {
      after = await projectForgotten(one.sql, { holder, after, stopped: never })
    }
    expect(await dump(whole)).toEqual(before[0])
    expect(await dump(none)).toEqual(before[1])
    expect((await dump(some)).projections).toMatchObject([{ projected_seq: 3 }])
  })
})
