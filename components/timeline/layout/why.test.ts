import { expect, test } from 'vitest'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { failedDeploy } from '#components/timeline/fixtures/failedDeploy.ts'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import { type Story, tellStory } from '#components/timeline/fixtures/story.ts'
import { jumpTo } from '#components/timeline/layout/jumps.ts'
import { treeOf } from '#components/timeline/layout/treeOf.ts'
import { whyOf } from '#components/timeline/layout/why.ts'
import type { Event } from '#domain/events/envelope.ts'

function whyIn(events: readonly Event[]) {
  const timeline = loadedTimeline(events)
  return whyOf(timeline, treeOf(timeline), 0)
}

/** A step that fails, a gate that fails for it later; `end` ends the job. */
function twoFailures(end: (story: Story, step: Event, gate: Event) => void): Event[] {
  const story = tellStory()
  story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  story.tell('step.started', { stepId: 'lint', name: 'Lint' })
  const step = story.tell('step.completed', { stepId: 'lint', outcome: 'failure', exitCode: 2 })
  const gate = story.after(9_000).tell('gate.failed', { gateId: 'tests', reason: 'too slow', evidence: [step.seq] })
  end(story, step, gate)
  return story.events
}

test('tells the reason of the first cause, its evidence and its step', () => {
  const events = failedDeploy()
  const gate = events.find(({ type }) => type === 'gate.failed')
  expect(whyIn(events)).toEqual([
    {
      label: 'Why',
      text: 'Gate "e2e" failed: 1 of 214 tests failed',
      seq: gate?.seq,
      evidence: gate?.type === 'gate.failed' ? gate.payload.evidence?.[0] : null,
      step: 'Test',
    },
  ])
})

test('tells why attempts before failed, and what took longest once a job went well', () => {
  const [before, longest] = whyIn(deployWithAgent())
  expect(before).toMatchObject({
    label: 'Attempt 1',
    text: 'failed at gate “e2e”: 1 of 214 tests failed',
    step: 'Test',
  })
  expect(longest?.label).toBe('Longest')
  expect(longest?.text).toMatch(/^.+, \d+s, \d+ % of the job$/)
})

test('takes the earliest failure for the cause unless events name theirs', () => {
  const error = { code: 'FAILED', message: 'gave up' }
  const [first] = whyIn(twoFailures((story) => story.tell('job.failed', { error })))
  expect(first).toMatchObject({ text: 'exit 2 · gave up', seq: 4 })
  const named = twoFailures((story, _step, gate) => story.tell('job.failed', { error }, { causedBy: gate.id }))
  expect(whyIn(named)).toMatchObject([{ text: 'too slow · gave up', seq: 5, evidence: 4 }])
  const chain = twoFailures((story, step, gate) => {
    Object.assign(gate, { causedBy: step.id })
    story.tell('job.failed', { error }, { causedBy: gate.id })
  })
  expect(whyIn(chain)).toMatchObject([{ text: 'exit 2 · gave up', seq: 4 }])
})

test('has the words of the end if nothing else failed, and none while nothing did', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  expect(whyIn(story.events)).toEqual([])
  story.tell('job.failed', { error: { code: 'LOST', message: 'The runner is gone.' } })
  expect(whyIn(story.events)).toMatchObject([{ label: 'Why', text: 'The runner is gone.', seq: 3 }])
})

test('the first jump to a failure leads to the cause, the next ones from failure to failure', () => {
  const error = { code: 'FAILED', message: 'gave up' }
  const job = loadedTimeline(
    twoFailures((story, _step, gate) => story.tell('job.failed', { error }, { causedBy: gate.id })),
  )
  const next = (from: number | null, by: 1 | -1 = 1) => jumpTo(job, treeOf(job), { target: 'failure', from, by })
  expect([next(null), next(5), next(4), next(null, -1)]).toEqual([5, 4, 5, 5])
})
