import { expect, test } from 'vitest'
import type { AiItem } from '#components/timeline/ai/aiItems.ts'
import { type AiSession, aiSessions } from '#components/timeline/ai/sessions.ts'
import type { ToolCall } from '#components/timeline/ai/toolCalls.ts'
import { Structure } from '#components/timeline/data/structure.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { jobOf } from '#components/timeline/fixtures/jobOf.ts'
import { type Story, tellStory } from '#components/timeline/fixtures/story.ts'
import { emptyView, replay } from '#domain/job/replay.ts'
import { outlineOf } from '#domain/view/outline.ts'

function sessionsOf(tell: (story: Story) => void): AiSession[] {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  tell(story)
  return aiSessions(jobOf(story.events))
}

const callsOf = (items: readonly AiItem[] = []): ToolCall[] =>
  items.flatMap((item) => (item.kind === 'tools' ? item.calls : item.kind === 'phase' ? callsOf(item.items) : []))

const tool = (callId: string, more: object = {}) => ({ callId, tool: 'bash', arguments: { command: 'test' }, ...more })
const tokens = { provider: 'anthropic', model: 'm', inputTokens: 1_000, outputTokens: 100 }

test('makes a session of what each run of a step did, in the order of their first event', () => {
  const sessions = aiSessions(jobOf(deployWithAgent()))
  expect(sessions.map(({ name, attempt, status }) => [name, attempt, status])).toEqual([
    ['Build', 1, 'success'],
    ['Agent: mend the failing test', 2, 'success'],
    ['Build', 2, 'success'],
  ])
  const agent = sessions[1]
  expect(agent?.toolCalls).toBe(13)
  expect(agent?.failedTools).toBe(1)
  expect(agent?.calls).toHaveLength(4)
  expect(agent?.items.map((item) => (item.kind === 'tools' ? item.calls.length : item.kind))).toEqual([
    1,
    1,
    1,
    'call',
    2,
    1,
    'call',
    2,
    1,
    'call',
    'phase',
    'artifact',
  ])
})

test('splits tokens so that the parts add up, and adds costs as decimals', () => {
  const [session] = sessionsOf((story) => {
    const call = { ...tokens, cacheReadInputTokens: 600, cacheCreationInputTokens: 300, reasoningOutputTokens: 40 }
    story.tell('ai.tokens_used', { ...call, cost: { amount: '0.1', currency: 'USD' } })
    story.tell('ai.tokens_used', { ...call, cost: { amount: '0.2', currency: 'USD' } })
    story.tell('ai.tokens_used', tokens)
  })
  expect(session?.calls[0]?.tokens).toEqual({ fresh: 100, read: 600, write: 300, reasoning: 40, output: 60 })
  expect(session?.tokens).toEqual({ fresh: 1_200, read: 1_200, write: 600, reasoning: 80, output: 220 })
  expect(session?.cost).toEqual({ USD: '0.3' })
  expect(session?.calls[2]?.cost).toBeNull()
})

test('knows a call that repeats a failed one, until it went well', () => {
  const [session] = sessionsOf((story) => {
    const error = { code: 'EXIT_1', message: 'no' }
    story.tell('ai.tool_called', tool('a', { error }))
    story.tell('ai.tool_called', tool('b', { arguments: { command: 'other' } }))
    story.tell('ai.tool_called', tool('c', { error }))
    story.tell('ai.tool_called', tool('d'))
    story.tell('ai.tool_called', tool('e'))
  })
  const calls = callsOf(session?.items)
  expect(calls.map((call) => call.retryOf)).toEqual([null, null, 3, 5, null])
})

test('takes no call for a repeat of one whose arguments were cut', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  const error = { code: 'EXIT_1', message: 'no' }
  for (const end of ['one', 'two']) {
    const command = `${'x'.repeat(2_000)}${end}`
    story.tell('ai.tool_called', tool(end, { arguments: { command }, error }))
  }
  const [session] = aiSessions(jobOf(story.events.map(outlineOf)))
  const calls = callsOf(session?.items)
  expect(calls.map((call) => call.retryOf)).toEqual([null, null])
})

test('tells waiting for a person from the thinking of a model and from silence', () => {
  const [session] = sessionsOf((story) => {
    story.tell('ai.tool_called', tool('a'))
    story.after(200).tell('gate.started', { gateId: 'g', name: 'Approve the plan', kind: 'approval' })
    story.after(90_000).tell('gate.passed', { gateId: 'g' })
    story.after(100).tell('ai.tool_called', tool('b'))
    story.after(45_000).tell('ai.tokens_used', tokens)
    story.after(50_000).tell('ai.tool_called', tool('c', { durationMs: 5_000 }))
    story.after(5_000).tell('ai.tool_called', tool('d', { durationMs: 5_000 }))
  })
  const waits = session?.items.flatMap((item) => (item.kind === 'wait' ? [item.wait] : []))
  expect(waits?.map(({ ms, gate }) => [ms, gate])).toEqual([
    [90_000, { seq: 4, name: 'Approve the plan', isApproval: true }],
    [45_000, null],
  ])
  expect(session?.waitedMs).toBe(135_000)
})

test('names the gates that decided on an artifact, by digest or by evidence', () => {
  const digest = 'ab'.repeat(32)
  const [session] = sessionsOf((story) => {
    const made = story.tell('ai.artifact_created', {
      artifactId: 'x',
      name: 'x.bin',
      mediaType: 'application/octet-stream',
      bytes: 3,
      sha256: digest,
      uri: 'javascript:alert(1)',
    })
    story.tell('gate.started', { gateId: 'scan', name: 'Scan', subject: `sha256:${digest}` })
    story.tell('gate.passed', { gateId: 'review', evidence: [made.seq] })
    story.tell('gate.failed', { gateId: 'other', evidence: [1] })
  })
  const [item] = session?.items ?? []
  if (item?.kind !== 'artifact') throw new Error('the artifact is missing')
  expect(item.artifact.gates.map(({ name, passed }) => [name, passed])).toEqual([
    ['Scan', null],
    ['review', true],
  ])
  expect(item.artifact.href).toBeNull()
})

test('goes on with a job that grows, and finds what reading all of it anew finds', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  const error = { code: 'EXIT_1', message: 'no' }
  story.tell('ai.tool_called', tool('a', { stepId: 'fix', error }))
  story.tell('step.output', { stepId: 'fix', stream: 'stdout', text: 'begun by its output\n' })
  story.tell('ai.tool_called', tool('b', { stepId: 'fix', error }))
  story.tell('step.started', { stepId: 'fix', name: 'Mend it' })
  story.after(90_000).tell('ai.tokens_used', { ...tokens, stepId: 'fix' })
  story.tell('gate.started', { gateId: 'g', name: 'Approve', kind: 'approval' })
  story.after(90_000).tell('ai.tool_called', tool('c', { stepId: 'fix' }))
  story.tell('gate.passed', { gateId: 'g' })
  story.tell('step.completed', { stepId: 'fix', outcome: 'failure' })
  story.tell('ai.tool_called', tool('d'))
  story.tell('step.started', { stepId: 'fix', name: 'Mend it' })
  story.tell('job.queued', { reason: 'retry' })
  story.tell('job.started', {})
  story.tell('ai.tool_called', tool('e'))
  for (const events of [story.events, deployWithAgent()]) {
    const view = emptyView()
    const structure = new Structure()
    const growing = { view, structure, eventAt: (seq: number) => events[seq - 1] ?? null }
    for (const [n, event] of events.entries()) {
      replay(view, event)
      structure.take(event, view)
      expect(aiSessions(growing)).toEqual(aiSessions(jobOf(events.slice(0, n + 1))))
    }
  }
})
