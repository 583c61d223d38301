import { expect, test } from 'vitest'
import { keyToFold, rowOfSeq, stopsOf } from '#components/timeline/ai/aiRow.ts'
import { aiRows } from '#components/timeline/ai/aiRows.ts'
import { contextColumns, contextPath } from '#components/timeline/ai/contextChart.ts'
import { aiSessions } from '#components/timeline/ai/sessions.ts'
import { jobOf } from '#components/timeline/fixtures/jobOf.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import { replay } from '#domain/job/replay.ts'

const heights = { session: 100, emptySession: 40, row: 28, detail: 200, artifact: 60 }

function agentWith(tools: string[], inputs: number[] = []) {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  for (const tool of tools) story.tell('ai.tool_called', { callId: 'c', tool })
  for (const inputTokens of inputs)
    story.tell('ai.tokens_used', { provider: 'p', model: 'm', inputTokens, outputTokens: 0 })
  return aiSessions(jobOf(story.events))
}

test('folds calls of one tool that follow each other, and opens the fold and one call', () => {
  const sessions = agentWith(['read', 'read', 'read', 'edit'])
  const closed = aiRows(sessions, new Set(), heights)
  expect(closed.map((row) => row.kind)).toEqual(['session', 'fold', 'tool'])
  const open = aiRows(sessions, new Set(['fold:3', 'tool:4']), heights)
  expect(open.map((row) => row.kind)).toEqual(['session', 'fold', 'tool', 'tool', 'detail', 'tool', 'tool'])
  expect(open.map((row) => row.height)).toEqual([40, 28, 28, 28, 200, 28, 28])
  expect(rowOfSeq(closed, 4)).toBe(1)
  expect(stopsOf(open)).toEqual([3, 4, 5, 6])
  expect(rowOfSeq(open, 4)).toBe(3)
  expect(rowOfSeq(open, 99)).toBe(-1)
})

test('closes what the current row lies in, from the inside out, and opens it again', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  const error = { code: 'EXIT_1', message: 'no' }
  for (let n = 0; n < 3; n++) story.tell('ai.tool_called', { callId: 'c', tool: 'test', error })
  story.tell('ai.tool_called', { callId: 'c', tool: 'edit' })
  const sessions = aiSessions(jobOf(story.events))
  let toggled = new Set(['fold:3', 'tool:4'])
  const fold = (open: boolean) => {
    const rows = aiRows(sessions, toggled, heights)
    const key = keyToFold(rows[rowOfSeq(rows, 4)], open)
    if (key !== null) toggled = toggled.symmetricDifference(new Set([key]))
    const after = aiRows(sessions, toggled, heights)
    return [key, after[rowOfSeq(after, 4)]?.kind]
  }
  expect([fold(false), fold(false), fold(false), fold(false), fold(false)]).toEqual([
    ['tool:4', 'tool'],
    ['fold:3', 'fold'],
    ['phase:3', 'phase'],
    ['session:job/1', 'session'],
    [null, 'session'],
  ])
  expect([fold(true), fold(true), fold(true), fold(true), fold(true)]).toEqual([
    ['session:job/1', 'phase'],
    ['phase:3', 'fold'],
    ['fold:3', 'tool'],
    ['tool:4', 'tool'],
    [null, 'tool'],
  ])
})

test('draws every call as a column while there is room, and the largest of neighbours when there is none', () => {
  const [few] = agentWith([], [100, 50])
  const columns = contextColumns(few?.calls ?? [], { width: 400, height: 40 })
  expect(columns.map(({ x, contextY, calls }) => [x, contextY, calls])).toEqual([
    [0, 0, 1],
    [28, 20, 1],
  ])
  expect(contextPath(columns)).toBe('M0 0H28L28 20H56')
  const [many] = agentWith(
    [],
    Array.from({ length: 1_000 }, (_, n) => (n === 501 ? 9_000 : n)),
  )
  const crowded = contextColumns(many?.calls ?? [], { width: 400, height: 40 })
  expect(crowded.length).toBeLessThanOrEqual(80)
  expect(crowded.reduce((sum, column) => sum + column.calls, 0)).toBe(1_000)
  expect(crowded.find((column) => column.contextY === 0)?.seq).toBe(504)
})

test('keeps the rows of sessions that did not grow', () => {
  const story = tellStory()
  story.tell('job.created', { action: 'fix', inputs: {}, requestId: 'r' })
  story.tell('step.started', { stepId: 'one', name: 'One' })
  story.tell('ai.tool_called', { callId: 'a', tool: 'test', stepId: 'one' })
  story.tell('ai.tool_called', { callId: 'b', tool: 'test' })
  const growing = jobOf(story.events)
  const toggled = new Set<string>()
  const before = aiRows(aiSessions(growing), toggled, heights)
  const event = story.tell('ai.tool_called', { callId: 'c', tool: 'edit' })
  replay(growing.view, event)
  growing.structure.take(event, growing.view)
  const after = aiRows(aiSessions(growing), toggled, heights)
  expect(after.map(({ key }) => key)).toEqual([...before.map(({ key }) => key), 'tool:5'])
  expect(after.map((row, n) => row === before[n])).toEqual([true, true, false, false, false])
})
