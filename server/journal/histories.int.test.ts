import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isWaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { arbitraryDraft } from '#testing/arbitraryDrafts.ts'
import { clean } from '#testing/drafts.ts'
import { expectSoundJob } from '#testing/expectSoundJob.ts'
import { type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

type Moment = { at: number; events: Draft[] }[]

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
    {
      numRuns: 40,
      examples: [
        [everyRefusal()],
        [[...everyType(), [{ at: 0, events: [{ type: 'job.completed', payload: {} }] }]]],
        [
          [
            ...everyType(),
            [{ at: 0, events: [{ type: 'job.failed', payload: { error: { code: 'E', message: '' } } }] }],
          ],
        ],
      ],
    },
  )
  // What never came to be was not tested.
  expect(seen.size).toBe(15)
  expect([...refusals].sort()).toEqual([
    'GATE_CLOSED',
    'GATE_OPEN',
    'JOB_CLOSED',
    'JOB_NOT_RUNNING',
    'JOB_RUNNING',
    'STEP_CLOSED',
    'STEP_CYCLE',
    'STEP_OPEN',
  ])
})

/** Requests one after the other that together hold every type: chance alone leaves one out now and then. */
function everyType(): Moment[] {
  const tokens = { provider: 'p', model: 'm', inputTokens: 1, outputTokens: 1 }
  const artifact = { artifactId: 'a', name: 'a', mediaType: 'text/plain', bytes: 1 }
  const first: Draft[] = [
    { type: 'job.started', payload: {} },
    { type: 'step.started', payload: { stepId: 'a', name: 'A' } },
    { type: 'step.progress', payload: { stepId: 'a', completed: 1 } },
    { type: 'step.output', payload: { stepId: 'a', stream: 'stdout', text: 'x\n' } },
    { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } },
    { type: 'ai.tokens_used', payload: tokens },
    { type: 'ai.artifact_created', payload: artifact },
    { type: 'gate.started', payload: { gateId: 'g', name: 'G' } },
    { type: 'gate.failed', payload: { gateId: 'g' } },
    { type: 'step.completed', payload: { stepId: 'a', outcome: 'failure' } },
    { type: 'job.queued', payload: { reason: 'retry' } },
  ]
  const last: Draft[] = [
    { type: 'job.started', payload: {} },
    { type: 'gate.passed', payload: { gateId: 'g' } },
  ]
  return [[{ at: 0, events: first }], [{ at: 1, events: last }]]
}

/** One draft a request, so that each refusal of the state comes up whatever chance draws. */
function everyRefusal(): Moment[] {
  const drafts: Draft[] = [
    { type: 'job.completed', payload: {} }, // JOB_NOT_RUNNING
    { type: 'job.started', payload: {} },
    { type: 'job.started', payload: {} }, // JOB_RUNNING
    { type: 'step.started', payload: { stepId: 'a', name: 'A' } },
    { type: 'step.started', payload: { stepId: 'a', name: 'A' } }, // STEP_OPEN
    { type: 'step.started', payload: { stepId: 'b', name: 'B', parentStepId: 'a' } },
    { type: 'step.completed', payload: { stepId: 'a', outcome: 'success' } },
    { type: 'step.output', payload: { stepId: 'a', stream: 'stdout', text: 'x\n' } }, // STEP_CLOSED
    { type: 'step.started', payload: { stepId: 'a', name: 'A', parentStepId: 'b' } }, // STEP_CYCLE
    { type: 'gate.started', payload: { gateId: 'g', name: 'G' } },
    { type: 'gate.started', payload: { gateId: 'g', name: 'G' } }, // GATE_OPEN
    { type: 'gate.passed', payload: { gateId: 'g' } },
    { type: 'gate.passed', payload: { gateId: 'g' } }, // GATE_CLOSED
    { type: 'job.completed', payload: {} },
    { type: 'job.completed', payload: {} }, // JOB_CLOSED
  ]
  return drafts.map((draft, at) => [{ at: at % 2, events: [draft] }])
}
