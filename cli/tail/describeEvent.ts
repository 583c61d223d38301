import { plainText } from '#cli/plainText.ts'
import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'

type Failure = { code: string; message: string }

/** What an event says, in a few words, next to its type. Output has none: it is shown itself. */
const descriptions: { [T in EventType]: (payload: PayloadOf<T>) => (string | undefined)[] } = {
  'job.created': (p) => [p.title ?? p.action],
  'job.queued': (p) => [p.queue, p.reason, p.runAt && `until ${p.runAt}`, failureText(p.error)],
  'job.started': (p) => [p.runner && `on ${p.runner}`],
  'job.completed': () => [],
  'job.failed': (p) => [p.outcome, failureText(p.error)],
  'step.started': (p) => [p.name],
  'step.progress': (p) => [p.stepId, p.total === undefined ? `${p.completed}` : `${p.completed}/${p.total}`, p.message],
  'step.output': () => [],
  'step.completed': (p) => [
    p.stepId,
    p.outcome,
    p.exitCode === undefined ? undefined : `exit code ${p.exitCode}`,
    p.error === undefined ? p.signal : undefined,
    failureText(p.error),
  ],
  'ai.tool_called': (p) => [
    p.tool,
    p.durationMs === undefined ? undefined : `${p.durationMs} ms`,
    failureText(p.error),
  ],
  'ai.tokens_used': (p) => [
    p.model,
    `${p.inputTokens} in, ${p.outputTokens} out`,
    p.cost && `${p.cost.amount} ${p.cost.currency}`,
  ],
  'ai.artifact_created': (p) => [p.name, `${p.bytes} bytes`],
  'gate.started': (p) => [p.name, p.kind],
  'gate.passed': (p) => [p.gateId, p.decidedBy && `by ${p.decidedBy}`, p.reason],
  'gate.failed': (p) => [p.gateId, p.decidedBy && `by ${p.decidedBy}`, p.reason],
}

/** An event as one line: its time here, its type, what it says. Whatever others wrote is stripped of control characters. */
export function describeEvent(event: Event): string {
  const time = new Date(event.occurredAt).toLocaleTimeString('en-GB')
  const words = wordsOf(event.type, event.payload).filter((word) => word !== undefined && word !== '')
  return plainText(`── ${time} ${event.type} ${words.join(' · ')}`)
}

function wordsOf<T extends EventType>(type: T, payload: PayloadOf<T>): (string | undefined)[] {
  return descriptions[type](payload)
}

function failureText(failure: Failure | undefined): string | undefined {
  return failure && `${failure.code}: ${failure.message}`
}
