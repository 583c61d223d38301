import { randomUUID } from 'node:crypto'
import type { Draft } from '#domain/events/envelope.ts'

/** A job with this text in every field that takes any text. */
export function jobOf(text: string) {
  return {
    requestId: `${randomUUID()}${text}`,
    action: text,
    title: text,
    inputs: { text, list: [text, { [`key ${text}`]: text }] },
    labels: { [text]: text },
  }
}

/** The same for the events that clients send, all types but the two that end a job early. */
export function storyOf(text: string): Draft[] {
  const error = { code: text, message: text }
  const around = { source: text }
  return [
    { type: 'job.queued', payload: { queue: text, error }, ...around },
    { type: 'job.started', payload: { runner: text }, ...around },
    { type: 'step.started', payload: { stepId: text, name: text, kind: text }, ...around },
    { type: 'step.started', payload: { stepId: `${text}2`, name: text, parentStepId: text } },
    { type: 'step.progress', payload: { stepId: text, completed: 1, message: text } },
    { type: 'step.output', payload: { stepId: text, stream: 'stdout', text } },
    {
      type: 'ai.tool_called',
      payload: { callId: text, tool: text, arguments: text, result: [{ [text]: text }], error },
    },
    { type: 'ai.tokens_used', payload: { provider: text, model: text, inputTokens: 1, outputTokens: 1, callId: text } },
    { type: 'ai.artifact_created', payload: { artifactId: text, name: text, mediaType: text, bytes: 1, uri: text } },
    { type: 'step.completed', payload: { stepId: text, outcome: 'failure', signal: text, error } },
    { type: 'gate.started', payload: { gateId: text, name: text, rule: text, subject: text } },
    { type: 'gate.passed', payload: { gateId: text, decidedBy: text, reason: text } },
    { type: 'job.completed', payload: { output: { text, [`key ${text}`]: [text] } } },
  ]
}
