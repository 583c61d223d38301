import { openEmitter } from '#bench/emitter.ts'
import type { Stage } from '#bench/stage.ts'
import type { Draft } from '#domain/events/envelope.ts'

const batch = 1000
const steps = 10

/** A failed job of exactly so many events: ten steps of one-line outputs, some tool calls, two gates. @returns its id */
export async function buildJob(stage: Stage, events: number): Promise<string> {
  const emitter = openEmitter(stage)
  try {
    const jobId = await emitter.createJob(`bench-ui-${events}-${Date.now()}`)
    // created and queued by the server, started here; the end is a gate and the job's failure
    let left = events - 1
    const emit = async (drafts: readonly Draft[]) => {
      for (let at = 0; at < drafts.length; at += batch) {
        await emitter.emit(JSON.stringify({ jobId, events: drafts.slice(at, at + batch) }))
      }
      left -= drafts.length
    }
    await emit([{ type: 'job.started', payload: { runner: 'bench' } }])
    for (let step = 0; step < steps; step++) {
      const stepId = `step-${step}`
      await emit([{ type: 'step.started', payload: { stepId, name: `Step ${step + 1}` } }])
      const lines = Math.floor((left - 2 - 4 * (steps - step)) / (steps - step))
      for (let first = 0; first < lines; first += batch) {
        await emit(Array.from({ length: Math.min(batch, lines - first) }, (_, n) => line(stepId, first + n)))
      }
      await emit([
        { type: 'ai.tool_called', payload: { callId: `call-${step}`, tool: 'read_file', durationMs: 12, stepId } },
        { type: 'step.completed', payload: { stepId, outcome: 'success' } },
      ])
    }
    const rest = left - 3
    await emit([{ type: 'gate.started', payload: { gateId: 'e2e', name: 'e2e' } }])
    await emit([{ type: 'gate.failed', payload: { gateId: 'e2e', reason: '3 of 214 tests failed' } }])
    await emit(Array.from({ length: rest }, (_, n) => line('report', n)))
    await emit([{ type: 'job.failed', payload: { error: { code: 'E2E', message: '3 of 214 tests failed' } } }])
    return jobId
  } finally {
    emitter.close()
  }
}

/** A line as builds write them; every hundredth is coloured. */
export function line(stepId: string, n: number): Draft {
  const text = `${n} compiled src/module${n % 977}/index.ts in ${n % 89} ms, nothing to complain about\n`
  return {
    type: 'step.output',
    payload: { stepId, stream: 'stdout', text: n % 100 === 0 ? `\x1b[33mwarning\x1b[0m ${text}` : text },
  }
}
