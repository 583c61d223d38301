import type { Draft } from '#domain/events/envelope.ts'

/** Thirteen of the fourteen types that clients send, in an order that a job allows; the fourteenth is `failure`. */
export const wholeStory: Draft[] = [
  { type: 'job.queued', payload: { queue: 'default', reason: 'initial' } },
  { type: 'job.started', payload: { runner: 'r1' } },
  { type: 'step.started', payload: { stepId: 'build', name: 'Build' } },
  { type: 'step.progress', payload: { stepId: 'build', completed: 1, total: 2 } },
  {
    type: 'step.output',
    payload: { stepId: 'build', stream: 'stdout', text: '\u001b[32mok\u001b[0m\r\nid: 7\ndata: x\u2028' },
  },
  { type: 'ai.tool_called', payload: { callId: 'c1', tool: 'search', arguments: { q: '<script>alert(1)</script>' } } },
  { type: 'ai.tokens_used', payload: { provider: 'p', model: 'm', inputTokens: 3, outputTokens: 4 } },
  { type: 'ai.artifact_created', payload: { artifactId: 'a1', name: 'log', mediaType: 'text/plain', bytes: 5 } },
  { type: 'step.completed', payload: { stepId: 'build', outcome: 'success' } },
  { type: 'gate.started', payload: { gateId: 'lint', name: 'Lint', kind: 'check' } },
  { type: 'gate.passed', payload: { gateId: 'lint' } },
  { type: 'gate.failed', payload: { gateId: 'cover', reason: 'too low' } },
  { type: 'job.completed', payload: { output: { url: 'https://example.com' } } },
]

/** The other end that a job may have. */
export const failure: Draft = { type: 'job.failed', payload: { error: { code: 'broke', message: 'It broke.' } } }
