import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Outline } from '#components/timeline/data/outline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import { isStructural, outlineOf } from '#domain/view/outline.ts'

/** The outline as the server keeps it: what is structural, and what began a step that nobody had started. */
function outlineThrough(events: readonly Event[]): Outline {
  const outline = new Outline('job')
  const view = emptyView()
  for (const event of events) {
    replay(view, event)
    if (isStructural(event.type) || view.shapeSeq === event.seq) outline.take(outlineOf(event))
  }
  return outline
}

/** All of a job that does not depend on output. */
function stateOf(view: JobView) {
  const { state, attempt, parts } = view.shape
  const { outputLines: _lines, outputBytes: _bytes, kinds, ...totals } = view.totals
  const { head, createdAt, startedAt, endedAt, steps, gates } = view
  const counted = { job: kinds.job, ai: kinds.ai, gate: kinds.gate }
  return { head, state, attempt, parts, createdAt, startedAt, endedAt, steps, gates, totals, counted }
}

function replayed(events: readonly Event[], seq: number): JobView {
  const view = emptyView()
  for (const event of events.slice(0, seq)) replay(view, event)
  return view
}

const ids = fc.constantFrom('a', 'b', 'c')
const draft: fc.Arbitrary<[EventType, object]> = fc.oneof(
  fc.constant<[EventType, object]>(['job.queued', { reason: 'retry' }]),
  fc.constant<[EventType, object]>(['job.started', {}]),
  ids.map((stepId): [EventType, object] => ['step.started', { stepId, name: `Step ${stepId}` }]),
  ids.map((stepId): [EventType, object] => ['step.output', { stepId, stream: 'stdout', text: 'one\ntwo\n' }]),
  ids.map((stepId): [EventType, object] => ['step.progress', { stepId, completed: 1 }]),
  ids.map((stepId): [EventType, object] => ['step.completed', { stepId, outcome: 'success' }]),
  ids.map((stepId): [EventType, object] => ['ai.tool_called', { callId: 'x', tool: 'read', stepId }]),
  ids.map((gateId): [EventType, object] => ['gate.started', { gateId, name: `Gate ${gateId}` }]),
  ids.map((gateId): [EventType, object] => ['gate.failed', { gateId }]),
)

/** A job of what can happen among the drafts; the rest is refused as the server would. */
function historyOf(drafts: [EventType, object][]): Event[] {
  const story = tellStory()
  story.tell('job.created', { action: 'a', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  for (const [type, payload] of drafts) {
    const view = replayed(story.events, story.events.length)
    const next = { ...story.events[0], type, payload, seq: view.head + 1 } as Event
    if (replay(view, next) === null) story.after(10).tell(type, payload as PayloadOf<typeof type>)
  }
  return story.events
}

test('the job at any seq is what a replay of all its events up to there gives', () => {
  const events = deployWithAgent()
  const outline = outlineThrough(events)
  for (let seq = 1; seq <= events.length; seq++) {
    expect(stateOf(outline.until(seq).view)).toEqual(stateOf(replayed(events, seq)))
  }
})

test('the same holds for any history', () => {
  fc.assert(
    fc.property(fc.array(draft, { maxLength: 60 }), fc.nat(), (drafts, at) => {
      const events = historyOf(drafts)
      const seq = 1 + (at % events.length)
      expect(stateOf(outlineThrough(events).until(seq).view)).toEqual(stateOf(replayed(events, seq)))
    }),
  )
})
