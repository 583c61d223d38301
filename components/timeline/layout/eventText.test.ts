import { expect, test } from 'vitest'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import { envelopeFields, payloadFields } from '#components/timeline/layout/eventFields.ts'
import { eventSummary } from '#components/timeline/layout/eventSummary.ts'
import type { Event } from '#domain/events/envelope.ts'

const first = (type: Event['type']) => {
  const event = deployWithAgent().find((candidate) => candidate.type === type)
  if (!event) throw new Error(`the fixture has no ${type}`)
  return event
}

test('sums every event up in one line', () => {
  expect(eventSummary(first('gate.failed'))).toBe('e2e · 1 of 214 tests failed')
  expect(eventSummary(first('step.output'))).toBe("Cloning into 'api'... (+1 line)")
  expect(eventSummary(first('ai.tokens_used'))).toBe('claude-sonnet-5 · 22,600 in · 702 out')
  for (const event of deployWithAgent()) expect(visibleText(eventSummary(event))).toBe(eventSummary(event))
})

test('shows what would reorder or hide text as what it is', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'x\u202ey', inputs: {}, requestId: 'r', title: 'a\u2028b' })
  const [event] = story.events
  if (!event) throw new Error('no event')
  expect(eventSummary(event)).toBe('a⟨2028⟩b')
  expect(payloadFields(event).find((field) => field.name === 'action')).toEqual({
    name: 'action',
    value: { as: 'code', text: 'x⟨202E⟩y' },
    raw: 'x\u202ey',
  })
})

test('lists fields in reading order and leaves out what is absent', () => {
  expect(payloadFields(first('gate.failed')).map((field) => field.name)).toEqual([
    'gateId',
    'decidedBy',
    'reason',
    'evidence',
  ])
  expect(envelopeFields(first('job.started')).map((field) => field.name)).toEqual([
    'recordedAt',
    'occurredAt',
    'actor',
    'id',
  ])
})

test('shows fields that this version does not know', () => {
  const event = first('job.started')
  const newer = { ...event, payload: { ...event.payload, zone: { name: 'eu' } } } as unknown as Event
  expect(payloadFields(newer).at(-1)).toMatchObject({ name: 'zone', value: { as: 'json' } })
})

test('links an artifact only to the web', () => {
  const event = first('ai.artifact_created')
  const at = (uri: string) =>
    payloadFields({ ...event, payload: { ...event.payload, uri } } as Event).find((field) => field.name === 'uri')
  expect(at('https://example.com/a')?.value.as).toBe('link')
  expect(at('javascript:alert(1)')?.value.as).toBe('code')
})
