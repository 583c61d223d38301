import { expect, it } from 'vitest'
import { manyEvents } from '#cli/demo/manyEvents.ts'
import { emptyView, replay, stateOf } from '#domain/job/replay.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

it.each([10, 11, 1000, 60_001])('makes a job of exactly %d events, which the reducer takes', (events) => {
  const view = emptyView()
  replay(view, createdEvent())
  const texts = new Map<number, string>()
  let evidence: unknown
  for (const draft of manyEvents(events)) {
    const event = eventOf(draft, view.head + 1)
    expect(replay(view, event), `${draft.type} at ${event.seq}`).toBeNull()
    if (event.type === 'step.output') texts.set(event.seq, event.payload.text)
    if (event.type === 'gate.failed') evidence = event.payload.evidence
  }
  expect({ head: view.head, state: stateOf(view) }).toEqual({ head: events, state: 'failed' })
  expect(evidence).toHaveLength(1)
  expect(texts.get((evidence as number[])[0] ?? 0)).toMatch(/✗ .*expected 200, got 500/)
  expect([...texts.values()].filter((text) => text.includes('✗'))).toHaveLength(1)
})

it('is nearly all output, and the same each time', () => {
  const drafts = [...manyEvents(10_000)]
  expect(drafts.filter(({ type }) => type === 'step.output').length).toBeGreaterThan(9900)
  expect([...manyEvents(10_000)]).toEqual(drafts)
})
