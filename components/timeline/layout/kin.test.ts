import { expect, test } from 'vitest'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import { causeOf, parentSeq } from '#components/timeline/layout/kin.ts'
import { keyOfEvent } from '#components/timeline/layout/partAt.ts'
import { type Expansion, pathToKey, rowsOf } from '#components/timeline/layout/rows.ts'
import { buildTree } from '#components/timeline/layout/tree.ts'
import type { Event } from '#domain/events/envelope.ts'

const idOf = (seq: number) => `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`

/** 1 job, 2 started, 3 step a, 4 step b under a, 5 output of b, 6 to 11 calls of one tool in b, 12 gate, 13 its failure, 14 step c */
function tellJob(): Event[] {
  const story = tellStory()
  story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
  story.tell('job.started', {})
  story.tell('step.started', { stepId: 'a', name: 'A' }, { causedBy: idOf(2) })
  story.tell('step.started', { stepId: 'b', name: 'B', parentStepId: 'a' })
  story.tell('step.output', { stepId: 'b', stream: 'stdout', text: 'hello\n' })
  for (let n = 1; n <= 6; n++) story.tell('ai.tool_called', { callId: `c${n}`, tool: 'read', stepId: 'b' })
  story.tell('gate.started', { gateId: 'g', name: 'G', stepId: 'a' })
  story.tell('gate.failed', { gateId: 'g', evidence: [5, 6] })
  story.tell('step.completed', { stepId: 'a', outcome: 'failure' })
  return story.events
}

const events = tellJob()
const job = loadedTimeline(events)
const at = (seq: number) => events[seq - 1] as Event

function parentOf(seq: number, expansion: Expansion = new Map()) {
  const tree = buildTree(job)
  const rows = rowsOf(tree, expansion)
  const path = pathToKey(tree, keyOfEvent(job, at(seq)))
  const current = path.findLast((key) => rows.some((row) => row.node.key === key)) ?? null
  return parentSeq(job, at(seq), rows, current)
}

test('leads from output to its step, from a step to the one above, and at last to the job', () => {
  expect([5, 4, 3, 1].map((seq) => parentOf(seq))).toEqual([4, 3, 1, null])
})

test('leads from the end of a part to what the part lies in, as from its beginning', () => {
  expect([parentOf(14), parentOf(13), parentOf(12)]).toEqual([1, 3, 3])
})

test('passes over the row that folds equal siblings, and stops at a row that hides the event', () => {
  const tree = buildTree(job)
  const fold = pathToKey(tree, 'event:7').at(-2) ?? ''
  expect(fold).toContain('fold')
  expect(parentOf(7, new Map([[fold, true]]))).toBe(4)
  expect(parentOf(5, new Map([['step:1/1/a', false]]))).toBe(3)
})

test('knows the cause that an event names, a decision by its evidence, an end by its beginning', () => {
  expect([3, 13, 14, 4, 12, 7].map((seq) => causeOf(job, at(seq)))).toEqual([idOf(2), 5, idOf(2), null, null, null])
})
