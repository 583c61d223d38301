import { expect, test } from 'vitest'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import {
  artifactHighlights,
  failureHighlights,
  gateHighlights,
  longestSteps,
  modelUses,
} from '#components/timeline/layout/highlights.ts'
import { treeOf } from '#components/timeline/layout/treeOf.ts'

const timeline = loadedTimeline(deployWithAgent())

test('names what failed and what decided', () => {
  expect(failureHighlights(timeline, treeOf(timeline)).map(({ kind, name, detail }) => [kind, name, detail])).toEqual([
    ['step', 'End-to-end', '1 of 214 tests failed'],
    ['gate', 'e2e', '1 of 214 tests failed'],
    ['tool', 'bash', '1 failed: locator("text=Paid") not found'],
  ])
  expect(gateHighlights(timeline).map((gate) => [gate.name, gate.status, gate.detail])).toEqual([
    ['e2e', 'failed', 'playwright'],
    ['e2e', 'passed', 'playwright'],
    ['Release approval', 'passed', 'mira@example.com'],
  ])
})

test('ranks the innermost steps by how long they took', () => {
  const steps = longestSteps(treeOf(timeline), 0)
  expect(steps).toHaveLength(4)
  expect(steps.map((step) => step.name)).not.toContain('Test')
  const shares = steps.map((step) => Number.parseInt(/· (\d+) %$/.exec(step.detail)?.[1] ?? '', 10))
  expect(shares).toEqual([...shares].sort((a, b) => b - a))
})

test('adds tokens and exact costs up by model', () => {
  const uses = timeline.events.filter((event) => event.type === 'ai.tokens_used')
  expect(modelUses(timeline)).toEqual([
    {
      model: 'claude-sonnet-5',
      calls: uses.length,
      inputTokens: timeline.view.totals.inputTokens,
      outputTokens: timeline.view.totals.outputTokens,
      cost: timeline.view.totals.cost,
    },
  ])
  expect(artifactHighlights(timeline)).toHaveLength(3)
})
