import { describe, expect, test } from 'vitest'
import type { Draft } from '#domain/events/envelope.ts'
import { limits } from '#domain/events/limits.ts'
import { emptyView, type JobView, partKey, replay, stateOf } from '#domain/job/replay.ts'
import { createdEvent, eventOf } from '#testing/eventOf.ts'

/** Replays a job of these drafts; stops with the refusal of the first that does not fit. */
function play(...drafts: Draft[]): JobView {
  const view = emptyView()
  for (const [index, event] of [createdEvent(), ...drafts.map((draft, at) => eventOf(draft, at + 2))].entries()) {
    expect({ event: index + 1, refused: replay(view, event) }).toEqual({ event: index + 1, refused: null })
  }
  return view
}

const queued: Draft = { type: 'job.queued', payload: { reason: 'retry' } }
const started: Draft = { type: 'job.started', payload: {} }
const completed: Draft = { type: 'job.completed', payload: {} }
const output = (stepId: string): Draft => ({ type: 'step.output', payload: { stepId, stream: 'stdout', text: 'x\n' } })
const start = (stepId: string, more: { name?: string; parentStepId?: string; kind?: string } = {}): Draft => ({
  type: 'step.started',
  payload: { name: stepId.toUpperCase(), ...more, stepId },
})
const end = (stepId: string): Draft => ({ type: 'step.completed', payload: { stepId, outcome: 'failure' } })
const gate = (gateId: string): Draft => ({ type: 'gate.started', payload: { gateId, name: 'Review' } })
const pass = (gateId: string): Draft => ({ type: 'gate.passed', payload: { gateId } })

/** recordedAt of a seq, as the factory gives it. */
const at = (seq: number) => eventOf(started, seq).recordedAt

test('follows a job from its creation to its end', () => {
  const view = play(started, completed)
  expect(view).toMatchObject({ head: 3, shapeSeq: 3, createdAt: at(1), startedAt: at(2), endedAt: at(3) })
  expect(stateOf(view)).toBe('success')
  expect(view.totals.events).toBe(3)
})

test('refuses a second job.created', () => {
  const view = play(started)
  expect(replay(view, { ...createdEvent(), seq: 3 })).toBe('JOB_CREATED_RESERVED')
  expect(view.head).toBe(2)
})

test('moves shapeSeq with what can change a verdict, and with nothing else', () => {
  const quiet: Draft[] = [output('a'), { type: 'step.progress', payload: { stepId: 'a', completed: 1 } }]
  const tool: Draft = { type: 'ai.tool_called', payload: { callId: 'c', tool: 't' } }
  expect(play(started, start('a'), ...quiet, tool).shapeSeq).toBe(3)
  expect(play(started, output('a'), ...quiet).shapeSeq).toBe(3)
  expect(play(queued, queued).shapeSeq).toBe(1)
  expect(play(started, queued).shapeSeq).toBe(3)
})

describe('steps', () => {
  test('have name, kind, parent and times from the events that start and end them', () => {
    const view = play(
      start('a', { name: 'All' }),
      start('b', { name: 'Build', parentStepId: 'a', kind: 'task' }),
      end('b'),
    )
    expect([...view.steps.values()]).toMatchObject([
      { stepId: 'a', name: 'All', kind: null, parentStepId: null, startedSeq: 2, endedSeq: null, outcome: null },
      {
        stepId: 'b',
        name: 'Build',
        kind: 'task',
        parentStepId: 'a',
        explicit: true,
        startedSeq: 3,
        startedAt: at(3),
        endedSeq: 4,
        endedAt: at(4),
        outcome: 'failure',
      },
    ])
  })

  test('begin with the output that names them first, and take their name when they are started', () => {
    const implicit = play(output('a'))
    expect([...implicit.steps.values()]).toMatchObject([{ name: 'a', explicit: false, startedSeq: 2 }])
    const explicit = play(output('a'), output('a'), start('a', { name: 'Build' }))
    expect([...explicit.steps.values()]).toMatchObject([
      { name: 'Build', explicit: true, run: 1, startedSeq: 2, startedAt: at(2) },
    ])
    expect(explicit.shape.parts).toBe(1)
  })

  test('that are over and start again have a next run beside the first', () => {
    const view = play(start('a'), end('a'), start('a', { name: 'Again' }))
    expect([...view.steps.keys()]).toEqual([partKey(1, 1, 'a'), partKey(1, 2, 'a')])
    expect(view.steps.get(partKey(1, 1, 'a'))).toMatchObject({ outcome: 'failure', endedSeq: 3 })
    expect(view.steps.get(partKey(1, 2, 'a'))).toMatchObject({ name: 'Again', startedSeq: 4, endedSeq: null })
    expect(view.shape.parts).toBe(2)
  })

  test('completed without a start begin and end with that event', () => {
    expect([...play(end('a')).steps.values()]).toMatchObject([
      { name: 'a', explicit: false, startedSeq: 2, endedSeq: 2, outcome: 'failure' },
    ])
  })
})

describe('attempts', () => {
  test('begin anew: what was open stays unfinished, ids and runs start over, parts count on', () => {
    const view = play(started, start('a'), gate('g'), queued, started, start('a'), pass('g'))
    expect(view.shape).toMatchObject({ attempt: 2, parts: 4, state: 'running' })
    expect(view.steps.get(partKey(1, 1, 'a'))).toMatchObject({ endedSeq: null, outcome: null })
    expect(view.steps.get(partKey(2, 1, 'a'))).toMatchObject({ attempt: 2, run: 1, startedSeq: 7 })
    expect(view.gates.get(partKey(1, 1, 'g'))).toMatchObject({ passed: null })
    expect(view.gates.get(partKey(2, 1, 'g'))).toMatchObject({ passed: true, explicit: false })
  })

  test('leave the first start of the job as it was', () => {
    expect(play(started, queued, started)).toMatchObject({ startedAt: at(2), endedAt: null })
  })

  test('forget the parents of the last one', () => {
    const view = play(started, start('a', { parentStepId: 'b' }), queued)
    expect(replay(view, eventOf(start('b', { parentStepId: 'a' }), 5))).toBeNull()
  })
})

test('leaves what is open when the job ends as unfinished', () => {
  const view = play(started, start('a'), gate('g'), completed)
  expect(view.steps.get(partKey(1, 1, 'a'))).toMatchObject({ endedSeq: null, outcome: null })
  expect(view.gates.get(partKey(1, 1, 'g'))).toMatchObject({ endedSeq: null, passed: null })
})

test('gates keep their decision per run', () => {
  const fail: Draft = { type: 'gate.failed', payload: { gateId: 'g' } }
  const view = play(gate('g'), fail, gate('g'), pass('g'))
  expect([...view.gates.values()]).toMatchObject([
    { run: 1, name: 'Review', passed: false, startedSeq: 2, endedSeq: 3, endedAt: at(3) },
    { run: 2, name: 'Review', passed: true, startedSeq: 4, endedSeq: 5 },
  ])
})

test('a job takes exactly as many steps and gates as allowed, over all attempts and runs', () => {
  const view = play(started, gate('g'), pass('g'), queued)
  let seq = view.head
  while (view.shape.parts < limits.parts) expect(replay(view, eventOf(start(`s${++seq}`), seq))).toBeNull()
  expect(view.steps.size + view.gates.size).toBe(limits.parts)
  expect(replay(view, eventOf(output('one more'), seq + 1))).toBe('TOO_MANY_PARTS')
  expect(view.head).toBe(seq)
})
