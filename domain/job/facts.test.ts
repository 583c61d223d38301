import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventType, eventTypes } from '#domain/events/catalogue.ts'
import { outcomes } from '#domain/events/fields.ts'
import { factsOf } from '#domain/job/facts.ts'
import { arbitraryPayloads } from '#testing/arbitraryDrafts.ts'

/** The fields of each payload that say which thing an event is about and how it ended. All others are content. */
const structural: Record<EventType, readonly string[]> = {
  'job.created': ['parentJobId'],
  'job.queued': [],
  'job.started': [],
  'job.completed': [],
  'job.failed': ['outcome'],
  'step.started': ['stepId', 'parentStepId'],
  'step.progress': ['stepId'],
  'step.output': ['stepId', 'stream'],
  'step.completed': ['stepId', 'outcome'],
  'ai.tool_called': ['callId', 'stepId'],
  'ai.tokens_used': ['callId', 'stepId'],
  'ai.artifact_created': ['artifactId', 'stepId'],
  'gate.started': ['gateId', 'stepId'],
  'gate.passed': ['gateId'],
  'gate.failed': ['gateId'],
}

function factsOfAny(type: EventType, payload: Record<string, unknown>): Record<string, unknown> {
  return factsOf(type, payload as never)
}

describe.each(eventTypes)('the facts of %s', (type) => {
  test('are its ids and outcome and nothing of its content', () => {
    fc.assert(
      fc.property(arbitraryPayloads[type] as fc.Arbitrary<Record<string, unknown>>, (payload) => {
        const expected = Object.fromEntries(Object.entries(payload).filter(([key]) => structural[type].includes(key)))
        if (type === 'job.failed') expected.outcome ??= 'failure'
        expect(factsOfAny(type, payload)).toEqual(expected)
      }),
    )
  })
})

test.each([
  ['job.created', {}, 'parentJobId'],
  ['step.started', { stepId: 's' }, 'parentStepId'],
  ['ai.tool_called', { callId: 'c' }, 'stepId'],
  ['ai.artifact_created', { artifactId: 'a' }, 'stepId'],
  ['gate.started', { gateId: 'g' }, 'stepId'],
] as const)('the facts of %s %j do not name an absent %s', (type, facts, absent) => {
  // Their canonical text is committed to: it must not depend on how a payload spells absence.
  expect(Object.keys(factsOfAny(type, { ...facts, [absent]: undefined }))).toEqual(Object.keys(facts))
})

test('the outcomes of a step are the set of OpenTelemetry', () => {
  expect(outcomes).toEqual(['success', 'failure', 'error', 'timeout', 'cancellation', 'skip'])
})
