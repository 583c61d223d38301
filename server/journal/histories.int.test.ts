import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { clean } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let journals: [OpenedJournal, OpenedJournal]

beforeAll(async () => {
  bed = await openJournalTestbed()
  journals = [bed.open(), bed.open()]
})
afterAll(() => bed[Symbol.asyncDispose]())

/** Requests of one to five drafts, each to one of two journals, some at the same moment. */
const history = fc.array(
  fc.array(fc.record({ at: fc.nat({ max: 1 }), events: fc.array(arbitraryDraft, { minLength: 1, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  { minLength: 5, maxLength: 25 },
)

test('whatever two journals are asked, replaying what they stored gives the stored shape, parts and seqs', async () => {
  const seen = new Set<EventType>()
  const refusals = new Set<string>()
  await fc.assert(
    fc.asyncProperty(history, async (moments) => {
      const job = await bed.newJob(journals[0])
      let accepted = 0
      for (const requests of moments) {
        const outcomes = await Promise.allSettled(
          requests.map(({ at, events }) => journals[at === 0 ? 0 : 1].emit(job, events.map(clean))),
        )
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.status === 'fulfilled') accepted += requests[index]?.events.length ?? 0
          else refusals.add(isWaybillError(outcome.reason) ? outcome.reason.code : String(outcome.reason))
        }
      }
      const { events, view } = await expectSoundJob(bed, job)
      expect(events).toHaveLength(1 + accepted)
      for (const { type } of events) seen.add(type)
      const { steps, gates } = await journals[0].journal.listSteps(job)
      expect(steps.length + gates.length).toBe(view.shape.parts)
    }),
    { numRuns: 40 },
  )
  // What never came to be was not tested.
  expect(seen.size).toBe(15)
  const known = [
    'JOB_CLOSED',
    'JOB_RUNNING',
    'JOB_NOT_RUNNING',
    'STEP_OPEN',
    'STEP_CLOSED',
    'STEP_CYCLE',
    'GATE_OPEN',
    'GATE_CLOSED',
  ]
  expect([...refusals].sort()).toEqual(known.sort())
})
