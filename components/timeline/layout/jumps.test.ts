import { expect, test } from 'vitest'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import { jumpFrom, jumpSeqs } from '#components/timeline/layout/jumps.ts'
import { keyOfEvent } from '#components/timeline/layout/partAt.ts'
import { pathToKey } from '#components/timeline/layout/rows.ts'
import { buildTree } from '#components/timeline/layout/tree.ts'

const timeline = loadedTimeline(deployWithAgent())
const tree = buildTree(timeline)

test('jumps to the events that show failures, gates and artifacts', () => {
  const types = (target: Parameters<typeof jumpSeqs>[2]) =>
    jumpSeqs(timeline, tree, target).map((seq) => timeline.eventAt(seq)?.type)
  expect(types('failure')).toEqual(['step.completed', 'gate.failed', 'ai.tool_called'])
  expect(types('gate')).toEqual(['gate.failed', 'gate.passed', 'gate.passed'])
  expect(types('artifact')).toEqual(['ai.artifact_created', 'ai.artifact_created', 'ai.artifact_created'])
})

test('goes round at both ends', () => {
  expect([jumpFrom([9, 4], null, 1), jumpFrom([9, 4], 4, 1), jumpFrom([9, 4], 9, 1)]).toEqual([4, 9, 4])
  expect([jumpFrom([9, 4], null, -1), jumpFrom([9, 4], 4, -1)]).toEqual([9, 9])
  expect(jumpFrom([], 3, 1)).toBeNull()
})

test('finds for every event of a job a row it belongs to', () => {
  for (const event of deployWithAgent()) {
    const key = keyOfEvent(timeline, event)
    expect(pathToKey(tree, key).length, `#${event.seq} ${event.type} ${key}`).toBeGreaterThan(0)
  }
})
