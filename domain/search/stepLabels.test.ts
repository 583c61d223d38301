import { expect, it } from 'vitest'
import type { StepView } from '#domain/job/replay.ts'
import { stepLabels } from '#domain/search/stepLabels.ts'

let seq = 0
function step(stepId: string, parentStepId: string | null = null, more: Partial<StepView> = {}): StepView {
  const started = { startedSeq: ++seq, startedAt: '', endedSeq: null, endedAt: null, outcome: null }
  return { attempt: 1, stepId, run: 1, name: stepId, kind: null, parentStepId, explicit: true, ...started, ...more }
}

it('names a step by itself, its paths, and all that it is part of', () => {
  const labels = stepLabels([step('test', null, { name: 'Test' }), step('e2e', 'test', { name: 'End-to-end' })])
  expect(labels.get('1/1/test')).toEqual(['test', 'Test'])
  expect(labels.get('1/1/e2e')).toEqual(['e2e', 'End-to-end', 'Test/End-to-end', 'test/e2e', 'test', 'Test'])
})

it('takes the run of the step around it that was the newest then', () => {
  const first = step('test', null, { name: 'First' })
  const inside = step('unit', 'test')
  const again = step('test', null, { name: 'Second', run: 2 })
  const insideAgain = step('unit', 'test', { run: 2 })
  const otherAttempt = step('unit', 'test', { attempt: 2 })
  const labels = stepLabels([insideAgain, again, otherAttempt, inside, first])
  expect(labels.get('1/1/unit')).toContain('First')
  expect(labels.get('1/2/unit')).toContain('Second')
  expect(labels.get('1/2/unit')).not.toContain('First')
  expect(labels.get('2/1/unit')).toEqual(['unit'])
})

it('stays small for a chain of 10,000 steps', () => {
  const chain = Array.from({ length: 10_000 }, (_, n) => step(`s${n}`, n === 0 ? null : `s${n - 1}`))
  const labels = stepLabels(chain)
  const characters = [...labels.values()].flat().reduce((sum, label) => sum + label.length, 0)
  expect(labels.get('1/1/s9999')).toContain('s9990')
  expect(characters).toBeLessThan(100_000_000)
})
