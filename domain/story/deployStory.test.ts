import { expect, it } from 'vitest'
import { eventTypes } from '#domain/events/catalogue.ts'
import type { Draft } from '#domain/events/envelope.ts'
import { parseDraft } from '#domain/events/parseDraft.ts'
import { emptyView, replay, stateOf } from '#domain/job/replay.ts'
import { deployStory } from '#domain/story/deployStory.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

it('is a history that can be recorded, of every type but job.failed', () => {
  const [first, ...rest] = deployStory()
  expect(first?.type).toBe('job.created')
  const view = emptyView()
  replay(view, createdEvent())
  for (const { type, payload } of rest) {
    const draft = parseDraft({ type, payload }, 0)
    expect(replay(view, eventOf(draft as Draft, view.head + 1)), `${type} at ${view.head + 1}`).toBeNull()
  }
  expect(stateOf(view)).toBe('success')
  const told = new Set(deployStory().map(({ type }) => type))
  expect(eventTypes.filter((type) => !told.has(type))).toEqual(['job.failed'])
})

it('has a failed gate whose evidence is the failing test, and a retry', () => {
  const story = deployStory()
  const failed = story.find((beat) => beat.type === 'gate.failed')
  const evidence = failed?.type === 'gate.failed' ? failed.payload.evidence : undefined
  const proof = story[Number(evidence?.[0]) - 1]
  expect(proof?.type === 'step.output' && proof.payload.text).toContain('Timeout of 30000ms exceeded')
  expect(story.some((beat) => beat.type === 'job.queued' && beat.payload.reason === 'retry')).toBe(true)
})

it('takes about a minute and three quarters at the speed it happened', () => {
  const ms = deployStory().reduce((sum, { afterMs }) => sum + afterMs, 0)
  expect(ms).toBe(106_083)
})
