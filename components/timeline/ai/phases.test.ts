import { expect, test } from 'vitest'
import type { Phase } from '#components/timeline/ai/phases.ts'
import { type AiSession, aiSessions } from '#components/timeline/ai/sessions.ts'
import { jobOf } from '#components/timeline/fixtures/jobOf.ts'
import { type Story, tellStory } from '#components/timeline/fixtures/story.ts'
import type { Json } from '#domain/events/fields.ts'
import { outlineOf } from '#domain/view/outline.ts'

const error = { code: 'EXIT_1', message: 'no' }
const begin = (): Story => {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  return story
}
const call = (story: Story, tool: string, given: Json, more: object = {}) =>
  story.after(1_000).tell('ai.tool_called', { callId: 'c', tool, arguments: given, ...more })
const think = (story: Story, inputTokens: number, amount: string) =>
  story.after(500).tell('ai.tokens_used', {
    provider: 'p',
    model: 'm',
    inputTokens,
    outputTokens: 10,
    cost: { amount, currency: 'USD' },
  })

function phasesOf(session: AiSession | undefined): Phase[] {
  return session?.items.flatMap((item) => (item.kind === 'phase' ? [item.phase] : [])) ?? []
}
function phasesIn(tell: (story: Story) => void) {
  const story = begin()
  tell(story)
  const [session] = aiSessions(jobOf(story.events))
  return phasesOf(session).map(({ kind, first, last, tries, failed }) => [kind, first.seq, last.seq, tries, failed])
}

test('is a retry from the first failure of a call until the same call went well, and costs what lies between', () => {
  const story = begin()
  think(story, 5_000, '0.5')
  call(story, 'test', 'cart', { error, durationMs: 400 })
  think(story, 100, '0.1')
  call(story, 'edit', 'cart.ts')
  call(story, 'test', 'cart', { error })
  think(story, 200, '0.2')
  call(story, 'test', 'cart', { result: 'ok' })
  think(story, 9_000, '0.9')
  const [session] = aiSessions(jobOf(story.events))
  const [phase, ...others] = phasesOf(session)
  expect(others).toEqual([])
  expect(phase).toMatchObject({ kind: 'retry', first: { seq: 4 }, last: { seq: 9 }, tries: 3, failed: 2 })
  expect(phase?.cost).toEqual({
    ms: 4_400,
    tokens: { fresh: 300, read: 0, write: 0, reasoning: 0, output: 20 },
    money: { USD: '0.3' },
  })
  expect(session?.lost).toEqual(phase?.cost)
  const kinds = session?.items.map((item) => (item.kind === 'phase' ? item.items.map(({ kind }) => kind) : item.kind))
  expect(kinds).toEqual(['call', ['tools', 'call', 'tools', 'tools', 'call', 'tools'], 'call'])
})

test('is a dead end if the same call failed again and again and never went well', () => {
  const tell = (end: 'gives up' | 'failed once') => (story: Story) => {
    call(story, 'test', 'cart', { error })
    call(story, 'read', 'cart.ts')
    if (end === 'gives up') call(story, 'test', 'cart', { error })
    call(story, 'test', 'other')
  }
  expect(phasesIn(tell('gives up'))).toEqual([['dead end', 3, 5, 2, 2]])
  expect(phasesIn(tell('failed once'))).toEqual([])
})

test('is a dead end if three calls failed one after the other, whatever they were', () => {
  const tell = (failures: number) => (story: Story) => {
    for (let n = 0; n < failures; n++) {
      call(story, 'read', `file-${n}`, { error })
      think(story, 10, '0.1')
    }
    call(story, 'list', '.')
  }
  expect(phasesIn(tell(2))).toEqual([])
  expect(phasesIn(tell(3))).toEqual([['dead end', 3, 7, 0, 3]])
})

test('is undone from a change through the call that puts the old text back in the same place', () => {
  const edit = (path: string, [old, made]: [string, string]) => ({ path, old_string: old, new_string: made })
  const tell =
    (path: string, back: [string, string], more: object = {}) =>
    (story: Story) => {
      call(story, 'edit', edit('a.ts', ['one', 'two']))
      call(story, 'read', 'b.ts')
      call(story, 'edit', edit(path, back), more)
    }
  expect(phasesIn(tell('a.ts', ['two', 'one']))).toEqual([['undone', 3, 5, 0, 0]])
  expect(phasesIn(tell('b.ts', ['two', 'one']))).toEqual([])
  expect(phasesIn(tell('a.ts', ['two', 'three']))).toEqual([])
  expect(phasesIn(tell('a.ts', ['two', 'one'], { error }))).toEqual([])
})

test('keeps phases apart: of two that overlap the one that began first', () => {
  const phases = phasesIn((story) => {
    call(story, 'a', 1, { error })
    call(story, 'b', 1, { error })
    call(story, 'a', 1)
    call(story, 'b', 1)
    call(story, 'c', 1, { error })
    call(story, 'c', 1)
  })
  expect(phases).toEqual([
    ['retry', 3, 5, 2, 2],
    ['retry', 7, 8, 2, 1],
  ])
})

test('takes nothing for a repeat that the outline does not hold whole, and sees past long results', () => {
  const story = begin()
  const long = 'x'.repeat(5_000)
  call(story, 'run', `${long} one`, { error })
  call(story, 'run', `${long} two`)
  call(story, 'test', 'cart', { error })
  call(story, 'test', 'cart', { result: long })
  const [session] = aiSessions(jobOf(story.events.map(outlineOf)))
  expect(phasesOf(session).map(({ kind, first, last }) => [kind, first.seq, last.seq])).toEqual([['retry', 5, 6]])
})

test('calls a session done again if its step failed and ran once more, and all of it lost', () => {
  const story = begin()
  const step = (outcome: 'failure' | 'success') => {
    story.tell('step.started', { stepId: 'fix', name: 'Fix' })
    story.after(2_000).tell('ai.tool_called', { callId: 'c', tool: 'edit', durationMs: 2_000, stepId: 'fix' })
    story.tell('step.completed', { stepId: 'fix', outcome })
  }
  step('failure')
  step('failure')
  story.tell('job.queued', { reason: 'retry' })
  story.tell('job.started', {})
  step('success')
  step('failure')
  const sessions = aiSessions(jobOf(story.events))
  expect(sessions.map(({ again, lost }) => [again, lost?.ms ?? null])).toEqual([
    [{ what: 'run', number: 2 }, 2_000],
    [{ what: 'attempt', number: 2 }, 2_000],
    [null, null],
    [null, null],
  ])
})

test('compares a call with one on the same arguments anywhere, else with one on the same subject in its session', () => {
  const story = begin()
  const read = (path: string, result: Json, more: object = {}) =>
    call(story, 'read', { path, ...more }, { result, stepId: 'fix' })
  story.tell('step.started', { stepId: 'fix', name: 'Fix' })
  read('a', 'one')
  read('b', 'one')
  read('a', 'one', { offset: 10 })
  read('a', 'two')
  call(story, 'read', { path: 'a' }, { result: 'two' })
  call(story, 'list', '.')
  const [session, outside] = aiSessions(jobOf(story.events))
  const comparisons = [session, outside].flatMap((one) =>
    one?.items.flatMap((item) => (item.kind === 'tools' ? item.calls.map((tool) => tool.comparison) : [])),
  )
  expect(comparisons).toEqual([
    null,
    { seq: 4, has: 'same tool', isOtherResult: false },
    { seq: 4, has: 'same subject', isOtherResult: false },
    { seq: 4, has: 'same arguments', isOtherResult: true },
    { seq: 7, has: 'same arguments', isOtherResult: false },
    null,
  ])
})
