import { openEmitter } from '#bench/emitter.ts'
import type { Stage } from '#bench/stage.ts'
import type { Draft } from '#domain/events/envelope.ts'

const batch = 1000
const steps = 10
/** requests under way at once: one job's requests share a statement */
const together = 4

type Build = { events: number; onProgress?: (built: number) => void }

/** A failed job of exactly so many events: ten steps of one-line outputs, some tool calls, a gate. @returns its id */
export async function buildJob(stage: Pick<Stage, 'server' | 'key'>, { events, onProgress }: Build): Promise<string> {
  const emitter = openEmitter(stage, together)
  try {
    const jobId = await emitter.createJob(`bench-ui-${events}-${Date.now()}`)
    let built = 1
    const emit = async (drafts: readonly Draft[]) => {
      await emitter.emit(JSON.stringify({ jobId, events: drafts }))
      built += drafts.length
      onProgress?.(built)
    }
    const emitLines = async (stepId: string, count: number) => {
      let first = 0
      const emitNext = async () => {
        while (first < count) {
          const [from, size] = [first, Math.min(batch, count - first)]
          first += size
          await emit(Array.from({ length: size }, (_, n) => line(stepId, from + n)))
        }
      }
      await Promise.all(Array.from({ length: together }, emitNext))
    }
    await emit([{ type: 'job.started', payload: { runner: 'bench' } }])
    for (const [step, lines] of linesOfSteps(events).entries()) {
      const stepId = `step-${step}`
      await emit([{ type: 'step.started', payload: { stepId, name: `Step ${step + 1}` } }])
      await emitLines(stepId, lines)
      await emit([
        { type: 'ai.tool_called', payload: { callId: `call-${step}`, tool: 'read_file', durationMs: 12, stepId } },
        { type: 'step.completed', payload: { stepId, outcome: 'success' } },
      ])
    }
    await emit([{ type: 'gate.started', payload: { gateId: 'e2e', name: 'e2e' } }])
    await emit([{ type: 'gate.failed', payload: { gateId: 'e2e', reason: '3 of 214 tests failed' } }])
    await emit([{ type: 'job.failed', payload: { error: { code: 'E2E', message: '3 of 214 tests failed' } } }])
    return jobId
  } finally {
    emitter.close()
  }
}

/** How many lines each step of such a job writes. What is no line: the job's three, the gate's two, three a step. */
export function linesOfSteps(events: number): number[] {
  const lines = events - 5 - 3 * steps
  return Array.from(
    { length: steps },
    (_, n) => Math.floor((lines * (n + 1)) / steps) - Math.floor((lines * n) / steps),
  )
}

/** A line as builds write them; every hundredth is coloured. */
export function line(stepId: string, n: number): Draft {
  return { type: 'step.output', payload: { stepId, stream: 'stdout', text: lineText(n) } }
}

export function lineText(n: number): string {
  const text = `${n} compiled src/module${n % 977}/index.ts in ${n % 89} ms, nothing to complain about\n`
  return n % 100 === 0 ? `\x1b[33mwarning\x1b[0m ${text}` : text
}
