import type { Draft } from '#domain/events/envelope.ts'

/** Output lines of one step, about. */
const LINES_PER_STEP = 25_000
const MOST_STEPS = 400

const green = (text: string) => `\x1b[32m${text}\x1b[39m`
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`

/**
 * The events of a job of exactly `events`, after its job.created: steps full of one-line output, one of which fails its
 * gate, so that there is something to find. The same each time.
 *
 * @param events at least 10
 */
export function* manyEvents(events: number): Generator<Draft> {
  // job.created and job.started, the gate's two, job.failed; a step's two.
  const steps = Math.max(1, Math.min(MOST_STEPS, Math.round(events / LINES_PER_STEP)))
  const lines = events - 5 - 2 * steps
  yield { type: 'job.started', payload: { runner: 'demo' } }
  // job.created and job.started have the first two seqs.
  let seq = 2
  let failedSeq = seq
  const reason = `1 of ${lines.toLocaleString('en-US')} tests failed`
  for (let step = 1; step <= steps; step++) {
    const stepId = `shard-${step}`
    const isLast = step === steps
    yield { type: 'step.started', payload: { stepId, name: `Shard ${step} of ${steps}`, kind: 'test' } }
    seq++
    const from = Math.floor(((step - 1) * lines) / steps)
    const to = Math.floor((step * lines) / steps)
    for (let line = from; line < to; line++) {
      seq++
      const isFailure = isLast && line === to - 1
      if (isFailure) failedSeq = seq
      yield outputLine(stepId, line, isFailure)
    }
    if (isLast) yield* failedGate(stepId, { reason, evidence: [failedSeq] })
    yield {
      type: 'step.completed',
      payload: { stepId, outcome: isLast ? 'failure' : 'success', exitCode: isLast ? 1 : 0 },
    }
    seq++
  }
  yield { type: 'job.failed', payload: { error: { code: 'TESTS_FAILED', message: reason } } }
}

/** Before the end of its step: a cause comes before what follows from it. */
function* failedGate(stepId: string, decision: { reason: string; evidence: number[] }): Generator<Draft> {
  const gateId = 'tests'
  yield { type: 'gate.started', payload: { gateId, name: 'tests', kind: 'check', rule: 'No test fails', stepId } }
  yield { type: 'gate.failed', payload: { gateId, ...decision } }
}

function outputLine(stepId: string, line: number, isFailure: boolean): Draft {
  const name = `packages/module-${line % 97}/case-${line}.test.ts`
  const ms = (line * 7919) % 240
  if (isFailure) {
    const text = `\x1b[31m✗ ${name} expected 200, got 500\x1b[39m\n`
    return { type: 'step.output', payload: { stepId, stream: 'stderr', text } }
  }
  if (line % 1000 === 999) {
    const text = `\x1b[33mwarning\x1b[39m ${name} is slow (${ms * 10} ms)\n`
    return { type: 'step.output', payload: { stepId, stream: 'stderr', text } }
  }
  return {
    type: 'step.output',
    payload: { stepId, stream: 'stdout', text: `${green('✓')} ${name} ${dim(`(${ms} ms)`)}\n` },
  }
}
