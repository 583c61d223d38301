import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { EventQuery, JobAddress, StoredPage } from '#server/journal/journal.ts'
import { clean, drafts } from '#testing/drafts.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

/** Bytes a page may have, unless a single event is larger. */
const PAGE_BYTES = 4 * 1024 * 1024

let bed: JournalTestbed
let one: OpenedJournal
let job: JobAddress
let all: Event[]

/** 240 events of many kinds; now and then one of 200 kB, so that pages of some dozen are cut by their bytes. */
beforeAll(async () => {
  bed = await openJournalTestbed()
  one = bed.open()
  job = await bed.newJob(one, 'started')
  const large = (callId: string) =>
    clean({ type: 'ai.tool_called', payload: { callId, tool: 't', result: 'x'.repeat(200_000), stepId: 'b' } })
  for (let round = 0; round < 34; round++) {
    await one.emit(job, [
      drafts.output('a', `${round}\n`),
      drafts.progress('b', round),
      ...(round % 2 === 0 || round > 24 ? [large(`large ${round}`), large(`larger ${round}`)] : []),
      drafts.gateStarted(`g${round}`),
      drafts.output('b', `${round}\n`),
      drafts.tool(`small ${round}`),
    ])
  }
  all = await bed.eventsOf(job)
})
afterAll(() => bed[Symbol.asyncDispose]())

async function readAll(query: Omit<EventQuery, keyof JobAddress>): Promise<StoredPage[]> {
  const pages: StoredPage[] = []
  let after = query.after ?? 0
  for (;;) {
    const page = await one.journal.readEvents({ ...job, ...query, after })
    pages.push(page)
    if (page.next >= Math.min(page.head, (query.before ?? page.head + 1) - 1)) return pages
    expect(page.next, 'a page that does not move on would be read for ever').toBeGreaterThan(after)
    after = page.next
  }
}

describe('readEvents', () => {
  test('in pages of any size, with any filter and bounds, gives what one look at everything gives', async () => {
    const query = fc.record(
      {
        after: fc.nat({ max: 260 }),
        before: fc.integer({ min: 1, max: 260 }),
        types: fc.subarray(eventTypes, { minLength: 1 }),
        stepId: fc.constantFrom('a', 'b', 'nobody'),
        limit: fc.integer({ min: 1, max: 300 }),
      },
      { requiredKeys: ['limit'] },
    )
    await fc.assert(
      fc.asyncProperty(query, async (asked) => {
        const { after = 0, before = Number.POSITIVE_INFINITY, types, stepId, limit } = asked
        const wanted = all.filter(
          (event) =>
            event.seq > after &&
            event.seq < before &&
            (types === undefined || types.includes(event.type)) &&
            (stepId === undefined || ('stepId' in event.payload && event.payload.stepId === stepId)),
        )
        const pages = await readAll(asked as typeof asked & { limit: number })
        const read = pages.flatMap((page) => page.events)
        expect(read.map(({ seq, type }) => ({ seq, type }))).toEqual(wanted.map(({ seq, type }) => ({ seq, type })))
        for (const { events, head, state } of pages) {
          expect(events.length).toBeLessThanOrEqual(limit)
          // The event that makes a page full is its last.
          const bytes = events.slice(0, -1).reduce((sum, { json }) => sum + json.length, 0)
          expect(bytes).toBeLessThan(PAGE_BYTES + 1000 * events.length)
          expect({ head, state }).toEqual({ head: all.length, state: 'running' })
        }
      }),
      { numRuns: 150 },
    )
  })

  test('cuts a page by its bytes and continues right behind it', async () => {
    const pages = await readAll({ limit: 1000 })
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual(all.map(({ seq }) => seq))
  })

  test('serves the envelope that was stored', async () => {
    const { events } = await one.journal.readEvents({ ...job, limit: 30 })
    expect(events.map(({ json }) => JSON.parse(json))).toEqual(all.slice(0, events.length))
  })

  test('moves on to the end of the bounds when nothing is left', async () => {
    const head = all.length
    expect(await one.journal.readEvents({ ...job, after: head, limit: 5 })).toMatchObject({
      events: [],
      next: head,
      head,
    })
    expect(await one.journal.readEvents({ ...job, after: head + 9, limit: 5 })).toMatchObject({
      events: [],
      next: head + 9,
    })
    expect(await one.journal.readEvents({ ...job, after: 3, before: 4, limit: 5 })).toMatchObject({
      events: [],
      next: 3,
    })
    expect((await one.journal.readEvents({ ...job, after: 3, before: 6, limit: 5 })).next).toBe(5)
  })

  test('reads an event whose content was erased, and goes on behind it', async () => {
    const erasing = await bed.newJob(one)
    await one.emit(erasing, [drafts.tool('gone'), drafts.tool('kept')])
    // What erasing leaves: structure without content.
    await bed.owner.unsafe(`alter table job_events disable trigger append_only`)
    for (const { name } of await bed.owner<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'job_events'::regclass`) {
      await bed.owner.unsafe(`alter table ${name} disable trigger append_only`)
    }
    await bed.owner`update job_events set actor = null, payload = null, salt = null where job_id = ${erasing.jobId} and seq = 2`
    const { events, next } = await one.journal.readEvents({ ...erasing, limit: 10 })
    expect(events.map(({ json }) => JSON.parse(json).payload)).toMatchObject([{}, null, { callId: 'kept' }])
    expect(next).toBe(3)
    const again = await one.journal.readEvents({ ...erasing, after: 1, limit: 1 })
    expect(again).toMatchObject({ events: [{ seq: 2 }], next: 2 })
  })
})

describe('readEvent', () => {
  test('gives every event by its seq and by its id', async () => {
    for (const event of [all[0], all[1], all[57], all.at(-1)]) {
      if (!event) throw new Error('the job is too short')
      for (const name of [event.seq, event.id]) {
        const { seq, type, json } = await one.journal.readEvent({ ...job, event: name })
        expect({ seq, type }).toEqual({ seq: event.seq, type: event.type })
        expect(JSON.parse(json)).toEqual(event)
      }
    }
  })

  test('knows none beyond the head, and none of another job', async () => {
    const other = await bed.newJob(one, 'started')
    const [, , third] = all
    for (const event of [all.length + 1, Number.MAX_SAFE_INTEGER, job.jobId])
      await expect(one.journal.readEvent({ ...job, event })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(one.journal.readEvent({ ...other, event: third?.id ?? '' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

test('a filter looks through a long job in several pages, and finds the one event at its end', async () => {
  const long = await bed.newJob(one, 'started')
  const thousand = Array.from({ length: 1000 }, (_, index) => drafts.output('build', `${index}\n`))
  for (let round = 0; round < 51; round++) await one.emit(long, thousand)
  const { firstSeq } = await one.emit(long, [drafts.gatePassed('release')])
  const first = await one.journal.readEvents({ ...long, types: ['gate.passed'], limit: 10 })
  expect(first).toMatchObject({ events: [], next: 50_000, head: firstSeq })
  const second = await one.journal.readEvents({ ...long, types: ['gate.passed'], after: first.next, limit: 10 })
  expect(second).toMatchObject({ events: [{ seq: firstSeq }], next: firstSeq })
})
