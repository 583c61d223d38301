import { randomUUID } from 'node:crypto'
import type { Random } from '#chaos/random.ts'
import type { Draft } from '#domain/events/envelope.ts'

const retry: Draft[] = [
  { type: 'job.queued', payload: { reason: 'retry' } },
  { type: 'job.started', payload: {} },
]

/** What emitters send: single events, batches, whole steps, and now and then something that the job's state may refuse. */
export function makeRequest(random: Random, name: string): Draft[] {
  const stepId = `step ${name}`
  const line = (text: string): Draft => ({ type: 'step.output', payload: { stepId: 'shared', stream: 'stdout', text } })
  const kinds: [number, () => Draft[]][] = [
    [40, () => [line(`${name}\n`)]],
    [16, () => Array.from({ length: random.int(2, 30) }, (_, index) => line(`${name} ${index}\n`))],
    [2, () => Array.from({ length: random.int(100, 400) }, (_, index) => line(`${name} ${index}\n`))],
    // Over 8 KiB: the window keeps a marker and no content.
    [2, () => [line(`${name} ${'x'.repeat(random.int(8000, 60_000))}\n`)]],
    [
      14,
      () => [
        { type: 'step.started', payload: { stepId, name: `Step ${name}` } },
        { type: 'step.output', payload: { stepId, stream: 'stderr', text: `${name}\n` } },
        {
          type: 'step.completed',
          payload: { stepId, outcome: random.chance(0.8) ? 'success' : 'failure', exitCode: 0 },
        },
      ],
    ],
    [6, () => [{ type: 'step.progress', payload: { stepId, completed: random.int(0, 99), total: 100 } }]],
    [5, () => [{ type: 'ai.tool_called', payload: { callId: name, tool: 'search', durationMs: random.int(0, 900) } }]],
    [5, () => [tokensUsed(random)]],
    [4, () => [{ type: 'gate.started', payload: { gateId: `gate ${name}`, name: 'Check' } }]],
    [4, () => [{ type: random.chance(0.7) ? 'gate.passed' : 'gate.failed', payload: { gateId: `gate ${name}` } }]],
    // The same step from several emitters: all but one are refused while it is open.
    [4, () => [{ type: 'step.started', payload: { stepId: 'fought over', name: 'Fought over' } }]],
    [4, () => [{ type: 'step.completed', payload: { stepId: 'fought over', outcome: 'success' } }]],
    // Refused for its second event while that step is open: the first must leave no trace.
    [
      3,
      () => [
        { type: 'gate.started', payload: { gateId: 'left out', name: 'Left out' } },
        { type: 'step.started', payload: { stepId: 'fought over', name: 'Fought over' } },
        { type: 'gate.passed', payload: { gateId: 'left out' } },
      ],
    ],
    [1, () => retry],
  ]
  return weighted(random, kinds)().map((draft) => ({ ...draft, id: randomUUID() }))
}

export function finalEvent(random: Random): Draft[] {
  const id = randomUUID()
  return random.chance(0.7)
    ? [{ type: 'job.completed', payload: { output: { done: true } }, id }]
    : [{ type: 'job.failed', payload: { error: { code: 'broke', message: 'It broke.' } }, id }]
}

function tokensUsed(random: Random): Draft {
  const cost = { amount: `0.${random.int(1, 9999)}`, currency: 'USD' }
  const [inputTokens, outputTokens] = [random.int(1, 5000), random.int(1, 900)]
  return { type: 'ai.tokens_used', payload: { provider: 'p', model: 'm', inputTokens, outputTokens, cost } }
}

function weighted<T>(random: Random, choices: [number, T][]): T {
  let left = random.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, choice] of choices) {
    left -= weight
    if (left < 0) return choice
  }
  throw new Error('the weights are all used up')
}
