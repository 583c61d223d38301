import { describe, expect, test } from 'vitest'
import { newShape } from '#domain/job/shape.ts'
import type { CleanDraft } from '#server/journal/journal.ts'
import { type Lane, newLane } from '#server/journal/lane.ts'
import { bytesOf, type PendingRequest } from '#server/journal/pendingRequest.ts'
import { EVENTS_PER_FLUSH, planLane } from '#server/journal/planLane.ts'
import { prepareEvents } from '#server/journal/prepare.ts'
import type { StoredShape } from '#server/journal/shapeCache.ts'
import { drafts } from '#testing/drafts.ts'

const idOf = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`

function request(events: readonly CleanDraft[], parts: Partial<PendingRequest> = {}): PendingRequest {
  const prepared = prepareEvents({ userId: 'ada', kind: 'user' }, events)
  return {
    orgId: 'org',
    jobId: 'job',
    events: prepared,
    bytes: bytesOf(prepared),
    expectedSeq: null,
    known: new Map(),
    uncertain: false,
    deadline: 0,
    resolve: () => {},
    reject: () => {},
    ...parts,
  }
}

function laneOf(...queue: PendingRequest[]): Lane {
  return { ...newLane('job'), queue }
}

function stored(): StoredShape {
  return { orgId: 'org', shapeSeq: 1, shape: newShape(), isCurrent: true }
}

describe('planLane', () => {
  test('takes requests in the order they came, each judged after those before it', () => {
    const start = request([drafts.started()])
    const end = request([drafts.output('build', 'hi'), drafts.completed()])
    const { plan, refused } = planLane(laneOf(start, end), stored())
    expect(refused).toBeNull()
    expect(plan.requests).toEqual([start, end])
    expect(plan.events.map((event) => event.type)).toEqual(['job.started', 'step.output', 'job.completed'])
    expect(plan.layer.state).toBe('success')
    expect(plan.changes).toMatchObject({ shapeOffset: 3, finalOffset: 3, started: true })
  })

  test('leaves the stored shape as it is', () => {
    const before = stored()
    planLane(laneOf(request([drafts.started(), drafts.stepStarted('build')])), before)
    expect(before).toEqual(stored())
  })

  test('refuses a request that does not fit the stored shape, and names its event', () => {
    const wrong = request([drafts.output('build', 'hi'), drafts.completed()])
    const { plan, refused } = planLane(laneOf(wrong, request([drafts.started()])), stored())
    expect(refused).toMatchObject({ request: wrong, code: 'JOB_NOT_RUNNING', index: 1 })
    expect(plan.events).toEqual([])
  })

  test('leaves a request that does not fit behind others in the queue, and what comes after it', () => {
    const start = request([drafts.started()])
    const twice = request([drafts.started()])
    const { plan, refused } = planLane(laneOf(start, twice, request([drafts.tool('c1')])), stored())
    expect(refused).toBeNull()
    expect(plan.requests).toEqual([start])
  })

  test('takes nothing of a request whose last event does not fit', () => {
    const start = request([drafts.started()])
    const half = request([drafts.stepStarted('build'), drafts.started()])
    const { plan } = planLane(laneOf(start, half), stored())
    expect(plan.events).toHaveLength(1)
    expect(plan.changes.steps.size).toBe(0)
    expect(plan.layer.steps.size).toBe(0)
  })

  test('carries an id once, although two requests bring it', () => {
    const first = request([drafts.tool('c1', { id: idOf(1) })])
    const second = request([drafts.tool('c1', { id: idOf(1) })])
    expect(planLane(laneOf(first, second), stored()).plan.requests).toEqual([first])
  })

  test('puts a request that asks for a head at the start of a flush of its own', () => {
    const plain = request([drafts.tool('c1')])
    const asking = request([drafts.tool('c2')], { expectedSeq: 2 })
    expect(planLane(laneOf(plain, asking), stored()).plan).toMatchObject({ expectedSeq: null, requests: [plain] })
    expect(planLane(laneOf(asking, plain), stored()).plan).toMatchObject({ expectedSeq: 2, requests: [asking, plain] })
  })

  test('asks for no head on behalf of a request that is stored already', () => {
    const known = request([drafts.tool('c1', { id: idOf(1) })], { expectedSeq: 7, known: new Map([[idOf(1), 2]]) })
    const fresh = request([drafts.tool('c2')])
    const { plan } = planLane(laneOf(known, fresh), stored())
    expect(plan.expectedSeq).toBeNull()
    expect(plan.requests).toEqual([known, fresh])
    expect(plan.events).toEqual(fresh.events)
  })

  test('judges only the events that are not stored yet', () => {
    const known = new Map([[idOf(1), 2]])
    const half = request([drafts.started({ id: idOf(1) }), drafts.tool('c1')], { known })
    const { plan, refused } = planLane(laneOf(half), { ...stored(), shape: { ...newShape(), state: 'running' } })
    expect(refused).toBeNull()
    expect(plan.events.map((event) => event.type)).toEqual(['ai.tool_called'])
  })

  test('fills a flush up to its events and bytes, but always takes the first request', () => {
    const many = request(Array.from({ length: EVENTS_PER_FLUSH - 1 }, (_, index) => drafts.tool(`c${index}`)))
    const one = request([drafts.tool('one')])
    const two = request([drafts.tool('two'), drafts.tool('three')])
    expect(planLane(laneOf(many, one), stored()).plan.events).toHaveLength(EVENTS_PER_FLUSH)
    expect(planLane(laneOf(many, two), stored()).plan.requests).toEqual([many])
    const large = request([drafts.tool('large')], { bytes: 1e9 })
    expect(planLane(laneOf(large, one), stored()).plan.requests).toEqual([large])
    expect(planLane(laneOf(one, large), stored()).plan.requests).toEqual([one])
  })

  test('takes no more requests than a narrowed lane allows', () => {
    const first = request([drafts.tool('c1')])
    const lane = laneOf(first, request([drafts.tool('c2')]))
    lane.maxRequests = 1
    expect(planLane(lane, stored()).plan.requests).toEqual([first])
  })

  test('keeps the seq offsets of a part that starts and ends in one flush, through an explicit start', () => {
    const lane = laneOf(
      request([drafts.output('build', 'implicit')]),
      request([drafts.stepStarted('build')]),
      request([drafts.stepCompleted('build'), drafts.stepStarted('build')]),
      request([drafts.gateStarted('lint'), drafts.gateFailed('lint')]),
    )
    const { steps, gates } = planLane(lane, stored()).plan.changes
    expect([...steps.values()]).toMatchObject([
      { run: 1, explicit: true, name: 'Step build', start: 1, end: 3, outcome: 'success', changed: 3 },
      { run: 2, explicit: true, start: 4, end: null, changed: 4 },
    ])
    expect([...gates.values()]).toMatchObject([{ run: 1, start: 5, end: 6, passed: false, changed: 6 }])
  })

  test('leaves the start of a part to the journal when it was stored before', () => {
    const open = { ...newShape(), parts: 1, steps: new Map([['build', openStep]]) }
    const { plan } = planLane(laneOf(request([drafts.stepCompleted('build')])), { ...stored(), shape: open })
    expect([...plan.changes.steps.values()]).toMatchObject([{ start: null, end: 1, changed: 1 }])
  })
})

const openStep = { run: 1, open: true, explicit: true, parentId: null }
