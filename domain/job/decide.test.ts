import { describe, expect, test } from 'vitest'
import { type EventType, eventTypes } from '#domain/events/catalogue.ts'
import { limits } from '#domain/events/limits.ts'
import { decide } from '#domain/job/decide.ts'
import type { EventFacts } from '#domain/job/facts.ts'
import { isFinal, type JobShape, type JobState, jobStates, newShape } from '#domain/job/shape.ts'

function shapeIn(state: JobState, parts: Partial<Pick<JobShape, 'steps' | 'gates' | 'parts'>> = {}): JobShape {
  return { ...newShape(), state, ...parts }
}

function answer(shape: JobShape, type: EventType, facts: EventFacts = { stepId: 's', gateId: 'g' }): unknown {
  const before = structuredClone(shape)
  const verdict = decide(shape, type, facts)
  expect(shape).toEqual(before)
  if (!('refused' in verdict)) return verdict.effects
  expect(verdict.message).toMatch(/^[A-Z].+\.$/)
  return verdict.refused
}

function stateAfter(state: JobState, type: EventType, facts?: EventFacts): unknown {
  const effects = answer(shapeIn(state), type, facts)
  if (!Array.isArray(effects)) return effects
  return effects.find((effect) => effect.kind === 'job')?.state ?? state
}

describe('the transition table', () => {
  const table: Partial<Record<EventType, { pending: unknown; running: unknown }>> = {
    'job.created': { pending: 'JOB_CREATED_RESERVED', running: 'JOB_CREATED_RESERVED' },
    'job.queued': { pending: 'pending', running: 'pending' },
    'job.started': { pending: 'running', running: 'JOB_RUNNING' },
    'job.completed': { pending: 'JOB_NOT_RUNNING', running: 'success' },
    'job.failed': { pending: 'failed', running: 'failed' },
  }

  test.each(eventTypes)('says what %s gives in each state', (type) => {
    const given = Object.fromEntries(jobStates.map((state) => [state, stateAfter(state, type)]))
    const open = table[type] ?? { pending: 'pending', running: 'running' }
    expect(given).toEqual({ ...open, success: 'JOB_CLOSED', failed: 'JOB_CLOSED', cancelled: 'JOB_CLOSED' })
  })

  test.each(['failure', 'error', 'timeout', undefined] as const)('makes a job failed by outcome %s', (outcome) => {
    expect(stateAfter('running', 'job.failed', outcome === undefined ? {} : { outcome })).toBe('failed')
  })

  test('makes a job cancelled by outcome cancellation, queued or running', () => {
    expect(stateAfter('pending', 'job.failed', { outcome: 'cancellation' })).toBe('cancelled')
    expect(stateAfter('running', 'job.failed', { outcome: 'cancellation' })).toBe('cancelled')
  })

  test('opens the next attempt only when a running job is queued', () => {
    expect(answer(shapeIn('running'), 'job.queued')).toEqual([{ kind: 'job', state: 'pending', attempt: 2 }])
    expect(answer(shapeIn('pending'), 'job.queued')).toEqual([])
  })

  test('knows three states as final', () => {
    expect(jobStates.filter(isFinal)).toEqual(['success', 'failed', 'cancelled'])
  })
})

describe('steps', () => {
  const step = { run: 2, open: true, explicit: true, parentId: null }
  const withStep = (changes: Partial<typeof step>) =>
    shapeIn('running', { steps: new Map([['s', { ...step, ...changes }]]), parts: 1 })

  test('start under the parent they name', () => {
    expect(answer(shapeIn('pending'), 'step.started', { stepId: 's', parentStepId: 'p' })).toEqual([
      { kind: 'step.start', id: 's', run: 1, explicit: true, parentId: 'p' },
    ])
  })

  test('that are open and were started are not started again', () => {
    expect(answer(withStep({}), 'step.started')).toBe('STEP_OPEN')
  })

  test('that are open because output named them can still be started, as the same run', () => {
    expect(answer(withStep({ explicit: false }), 'step.started')).toEqual([
      { kind: 'step.start', id: 's', run: 2, explicit: true, parentId: null },
    ])
  })

  test('that are over open their next run when started', () => {
    expect(answer(withStep({ open: false }), 'step.started')).toEqual([
      { kind: 'step.start', id: 's', run: 3, explicit: true, parentId: null },
    ])
  })

  test.each(['step.output', 'step.progress'] as const)('%s starts an unknown one, changes no open one', (type) => {
    expect(answer(shapeIn('running'), type)).toEqual([
      { kind: 'step.start', id: 's', run: 1, explicit: false, parentId: null },
    ])
    expect(answer(withStep({}), type)).toEqual([])
    expect(answer(withStep({ open: false }), type)).toBe('STEP_CLOSED')
  })

  test('are completed once, also those nobody started', () => {
    const facts = { stepId: 's', outcome: 'timeout' } as const
    expect(answer(shapeIn('running'), 'step.completed', facts)).toEqual([
      { kind: 'step.start', id: 's', run: 1, explicit: false, parentId: null },
      { kind: 'step.end', id: 's', run: 1, outcome: 'timeout' },
    ])
    expect(answer(withStep({}), 'step.completed', facts)).toEqual([
      { kind: 'step.end', id: 's', run: 2, outcome: 'timeout' },
    ])
    expect(answer(withStep({ open: false }), 'step.completed', facts)).toBe('STEP_CLOSED')
  })

  test('that are over may be named by AI events, which start nothing', () => {
    for (const type of ['ai.tool_called', 'ai.tokens_used', 'ai.artifact_created'] as const) {
      expect(answer(withStep({ open: false }), type)).toEqual([])
      expect(answer(shapeIn('pending'), type)).toEqual([])
    }
  })
})

describe('parents', () => {
  /** Each step lies under the one after it. */
  const chain = (...ids: string[]) =>
    shapeIn('running', {
      steps: new Map(
        ids.map((id, index) => [id, { run: 1, open: false, explicit: true, parentId: ids[index + 1] ?? null }]),
      ),
    })
  const start = (shape: JobShape, stepId: string, parentStepId: string) =>
    answer(shape, 'step.started', { stepId, parentStepId })

  test('may not be the step itself, nor lie under it at any distance', () => {
    expect(start(shapeIn('running'), 's', 's')).toBe('STEP_CYCLE')
    expect(start(chain('a', 'b'), 'b', 'a')).toBe('STEP_CYCLE')
    expect(start(chain('a', 'b', 'c', 'd'), 'd', 'a')).toBe('STEP_CYCLE')
  })

  test('may be named before they are known, and then may not lie under their child', () => {
    const shape = shapeIn('running', {
      steps: new Map([['child', { run: 1, open: true, explicit: true, parentId: 'unknown' }]]),
    })
    expect(start(shape, 'unknown', 'child')).toBe('STEP_CYCLE')
    expect(start(shape, 'other', 'child')).toMatchObject([{ parentId: 'child' }])
  })

  test('may change with the next run of a step', () => {
    expect(start(chain('a', 'b', 'c'), 'a', 'c')).toMatchObject([{ run: 2, parentId: 'c' }])
  })
})

describe('gates', () => {
  const withGate = (open: boolean) =>
    shapeIn('running', { gates: new Map([['g', { run: 4, open, explicit: true }]]), parts: 1 })

  test('start, and when decided open their next run', () => {
    expect(answer(shapeIn('pending'), 'gate.started')).toEqual([
      { kind: 'gate.start', id: 'g', run: 1, explicit: true },
    ])
    expect(answer(withGate(true), 'gate.started')).toBe('GATE_OPEN')
    expect(answer(withGate(false), 'gate.started')).toEqual([{ kind: 'gate.start', id: 'g', run: 5, explicit: true }])
  })

  test.each([
    ['gate.passed', true],
    ['gate.failed', false],
  ] as const)('%s decides an open one, or one nobody started, and none twice', (type, passed) => {
    expect(answer(withGate(true), type)).toEqual([{ kind: 'gate.end', id: 'g', run: 4, passed }])
    expect(answer(shapeIn('pending'), type)).toEqual([
      { kind: 'gate.start', id: 'g', run: 1, explicit: false },
      { kind: 'gate.end', id: 'g', run: 1, passed },
    ])
    expect(answer(withGate(false), type)).toBe('GATE_CLOSED')
  })
})

describe('the limit of parts', () => {
  const opening = ['step.started', 'step.progress', 'step.output', 'step.completed', 'gate.started'] as const
  const all = [...opening, 'gate.passed', 'gate.failed'] as const

  test.each(all)('refuses %s for one more part', (type) => {
    expect(answer(shapeIn('running', { parts: limits.parts - 1 }), type)).toBeInstanceOf(Array)
    expect(answer(shapeIn('running', { parts: limits.parts }), type)).toBe('TOO_MANY_PARTS')
  })

  test('counts the next run of a part as one more', () => {
    const steps = new Map([['s', { run: 1, open: false, explicit: true, parentId: null }]])
    const gates = new Map([['g', { run: 1, open: false, explicit: true }]])
    expect(answer(shapeIn('running', { parts: limits.parts, steps, gates }), 'step.started')).toBe('TOO_MANY_PARTS')
    expect(answer(shapeIn('running', { parts: limits.parts, steps, gates }), 'gate.started')).toBe('TOO_MANY_PARTS')
  })

  test('leaves the parts there are usable, and the job able to end', () => {
    const steps = new Map([['s', { run: 1, open: true, explicit: false, parentId: null }]])
    const gates = new Map([['g', { run: 1, open: true, explicit: true }]])
    const full = shapeIn('running', { parts: limits.parts, steps, gates })
    const types = [
      'step.started',
      'step.output',
      'step.completed',
      'gate.passed',
      'ai.tool_called',
      'job.failed',
    ] as const
    for (const type of types) expect(answer(full, type)).toBeInstanceOf(Array)
  })
})
