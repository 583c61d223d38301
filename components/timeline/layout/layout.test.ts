import { describe, expect, test } from 'vitest'
import type { JobTimeline } from '#components/timeline/data/jobTimeline.ts'
import { Outline } from '#components/timeline/data/outline.ts'
import { deployWithAgent } from '#components/timeline/fixtures/deployWithAgent.ts'
import { failedDeploy } from '#components/timeline/fixtures/failedDeploy.ts'
import { loadedTimeline } from '#components/timeline/fixtures/serveJob.ts'
import { tellStory } from '#components/timeline/fixtures/story.ts'
import { barOf, marksIn } from '#components/timeline/layout/bars.ts'
import { failuresIn, pathToSeq, rowsOf } from '#components/timeline/layout/rows.ts'
import { buildTree, type TreeNode } from '#components/timeline/layout/tree.ts'
import { verdictOf } from '#components/timeline/layout/verdict.ts'
import type { Event } from '#domain/events/envelope.ts'

function timelineOf(events: Event[]): JobTimeline {
  return loadedTimeline(events)
}

function treeOf(events: Event[]): TreeNode {
  const tree = buildTree(timelineOf(events))
  if (!tree) throw new Error('the job has no tree')
  return tree
}

const outline = (node: TreeNode): unknown =>
  node.children.length === 0
    ? node.name
    : [node.name + (node.detail ? ` ${node.detail}` : ''), node.children.map(outline)]

describe('the tree', () => {
  test('groups attempts, steps, gates and AI events where they belong', () => {
    const tree = treeOf(deployWithAgent())
    expect(tree.children.map((child) => child.name)).toEqual(['Attempt 1', 'Attempt 2'])
    expect(outline(tree.children[0] as TreeNode)).toEqual([
      'Attempt 1',
      ['Checkout', ['Build', ['api-bundle.tar.zst']], ['Test', ['Unit', 'End-to-end', 'e2e']]],
    ])
  })

  test('of a job that grows is the same as one made anew, and keeps what stayed the same', () => {
    const growing = new Outline('job')
    const trees = deployWithAgent().map((event, n, events) => {
      growing.take(event)
      const anew = new Outline('job')
      for (const before of events.slice(0, n + 1)) anew.take(before)
      const tree = buildTree(growing)
      expect(tree).toEqual(buildTree(anew))
      return tree
    })
    const [before, after] = trees.slice(-2).map((tree) => tree?.children[0]?.children[0])
    expect(before?.name).toBe('Checkout')
    expect(after).toBe(before)
  })

  test('folds many calls of one tool, and leaves few alone', () => {
    const fix = treeOf(deployWithAgent()).children[1]?.children.find((node) => node.name.startsWith('Agent'))
    expect(fix?.children.map((node) => [node.name, node.detail, node.kind])).toContainEqual(['read', '×7', 'fold'])
    expect(fix?.children.filter((node) => node.name === 'edit').map((node) => node.kind)).toEqual(['tool', 'tool'])
  })

  test('shows a part that never ended as unfinished, up to the end of its attempt', () => {
    const story = tellStory()
    story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
    story.tell('job.started', {})
    story.tell('step.started', { stepId: 'a', name: 'A' })
    story.tell('gate.started', { gateId: 'g', name: 'G', stepId: 'a' })
    expect(treeOf(story.events).children[0]).toMatchObject({
      status: 'running',
      to: null,
      children: [{ status: 'waiting' }],
    })
    story.after(5_000).tell('job.failed', { error: { code: 'X', message: 'gone' } })
    const step = treeOf(story.events).children[0]
    expect(step).toMatchObject({ status: 'unfinished', children: [{ status: 'unfinished' }] })
    expect((step?.to ?? 0) - (step?.from ?? 0)).toBe(5_000)
  })

  test('puts each run of a step where it ran', () => {
    const story = tellStory()
    story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
    for (const run of [1, 2]) {
      story.after(10).tell('step.started', { stepId: 'a', name: `A${run}` })
      story.after(10).tell('step.started', { stepId: 'b', name: `B${run}`, parentStepId: 'a' })
      story.tell('step.completed', { stepId: 'b', outcome: 'success' })
      story.tell('step.completed', { stepId: 'a', outcome: 'success' })
    }
    expect(outline(treeOf(story.events))).toEqual([
      'x',
      [
        ['A1', ['B1']],
        ['A2 run 2', ['B2']],
      ],
    ])
  })
})

describe('rows', () => {
  test('open by themselves except for folded siblings, and follow the reader', () => {
    const tree = treeOf(deployWithAgent())
    const names = (expansion: Map<string, boolean>) => rowsOf(tree, expansion).map((row) => row.node.name)
    expect(names(new Map())).toContain('Unit')
    expect(names(new Map()).filter((name) => name === 'read').length).toBe(1)
    expect(
      names(
        new Map([
          ['attempt:1', false],
          ['attempt:2', false],
        ]),
      ),
    ).toEqual([tree.name, 'Attempt 1', 'Attempt 2'])
  })

  test('lead to the row that stands for an event', () => {
    const tree = treeOf(deployWithAgent())
    const unit = rowsOf(tree, new Map()).find((row) => row.node.name === 'Unit')
    expect(pathToSeq(tree, unit?.node.seq ?? 0)).toEqual([
      'job',
      'attempt:1',
      expect.stringContaining('/test'),
      expect.stringContaining('/unit'),
    ])
    expect(pathToSeq(tree, 99_999)).toEqual([])
  })

  test('name the innermost failures first in time', () => {
    expect(failuresIn(treeOf(failedDeploy())).map((node) => node.name)).toEqual(['End-to-end', 'e2e'])
    expect(failuresIn(treeOf(deployWithAgent())).map((node) => node.name)).toEqual(['End-to-end', 'e2e', 'bash'])
  })
})

describe('bars', () => {
  const node = (more: Partial<TreeNode>): TreeNode => ({
    key: 'k',
    kind: 'step',
    name: 'n',
    detail: null,
    seq: 1,
    status: 'success',
    waitedFrom: null,
    from: 0,
    to: 0,
    children: [],
    ...more,
  })
  const scale = { from: 0, to: 1_000, width: 100 }

  test('lie where the time was, waiting apart from running', () => {
    expect(barOf(node({ waitedFrom: 0, from: 200, to: 700 }), scale, 900)).toEqual({
      waiting: { x: 0, width: 20 },
      running: { x: 20, width: 50 },
      isOpen: false,
    })
  })

  test('reach to now while it goes on, and only wait before it began', () => {
    expect(barOf(node({ from: 500, to: null }), scale, 900)).toEqual({
      waiting: null,
      running: { x: 50, width: 40 },
      isOpen: true,
    })
    expect(barOf(node({ waitedFrom: 100, from: Number.POSITIVE_INFINITY, to: null }), scale, 600)).toEqual({
      waiting: { x: 10, width: 50 },
      running: null,
      isOpen: false,
    })
  })

  test('are never too narrow to see, never outside the lane, and absent when out of range', () => {
    expect(barOf(node({ from: 500, to: 500 }), scale, 900).running).toEqual({ x: 50, width: 3 })
    expect(barOf(node({ from: -500, to: 5_000 }), scale, 900).running).toEqual({ x: 0, width: 100 })
    expect(barOf(node({ from: 2_000, to: 3_000 }), scale, 900).running).toBeNull()
  })

  test('gather marks that would lie on each other', () => {
    const tools = [0, 10, 20, 500].map((from, n) =>
      node({ kind: 'tool', from, to: from, seq: n, status: n === 1 ? 'failure' : 'plain' }),
    )
    expect(marksIn(node({ children: tools }), scale)).toEqual([
      { x: 0, kind: 'tool', failed: true, seq: 0, count: 3 },
      { x: 50, kind: 'tool', failed: false, seq: 3, count: 1 },
    ])
  })
})

describe('the verdict', () => {
  test('says where a job failed, and leads to the event that shows it', () => {
    const timeline = timelineOf(failedDeploy())
    const verdict = verdictOf(timeline, 0)
    expect(verdict.text).toMatch(/^Failed at gate “e2e” after \d+s$/)
    expect(timeline.eventAt(verdict.causeSeq ?? 0)?.type).toBe('gate.failed')
  })

  test('says what a running job does and for how long', () => {
    const story = tellStory({ start: 0 })
    story.tell('job.created', { action: 'x', inputs: {}, requestId: 'r' })
    expect(verdictOf(timelineOf(story.events), 3_000).text).toBe('Waiting to start for 3.0s')
    story.tell('job.started', {})
    story.tell('step.started', { stepId: 'a', name: 'Build' })
    expect(verdictOf(timelineOf(story.events), 124_000).text).toBe('Running for 2m 04s · in Build')
    story.tell('step.completed', { stepId: 'a', outcome: 'success' })
    story.tell('gate.started', { gateId: 'go', name: 'Go' })
    expect(verdictOf(timelineOf(story.events), 30_000).text).toBe('Running for 30s · waiting for gate “Go”')
    story.after(60_000).tell('job.completed', {})
    expect(verdictOf(timelineOf(story.events), 999_000).text).toBe('Succeeded in 1m 00s')
  })
})
