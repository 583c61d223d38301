import type { EventType } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import { type EventKind, kindOf } from '#domain/events/kinds.ts'
import { addDecimals } from '#domain/job/decimal.ts'
import { countLines } from '#domain/job/lines.ts'

/** Exact sums over a job's events. Token meanings as in OpenTelemetry GenAI: cache counts are parts of inputTokens. */
export type JobTotals = {
  events: number
  kinds: Record<EventKind, number>
  /** the end of an event's text ends its line */
  outputLines: number
  /** bytes of output as they left the command (base64 decoded) */
  outputBytes: number
  toolCalls: number
  inputTokens: number
  outputTokens: number
  cacheReadInputTokens: number
  cacheCreationInputTokens: number
  reasoningOutputTokens: number
  /** decimal text by ISO 4217 currency */
  cost: Record<string, string>
  artifacts: number
  gatesPassed: number
  gatesFailed: number
}

export function noTotals(): JobTotals {
  return {
    events: 0,
    kinds: { job: 0, step: 0, output: 0, ai: 0, gate: 0 },
    outputLines: 0,
    outputBytes: 0,
    toolCalls: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadInputTokens: 0,
    cacheCreationInputTokens: 0,
    reasoningOutputTokens: 0,
    cost: {},
    artifacts: 0,
    gatesPassed: 0,
    gatesFailed: 0,
  }
}

/** Adds one event to the sums, in place. An erased payload (null) still counts as an event. */
export function addToTotals(totals: JobTotals, event: { type: EventType; payload: Event['payload'] | null }): void {
  totals.events++
  totals.kinds[kindOf(event.type)]++
  if (event.payload === null) return
  const { type, payload } = event as Event
  switch (type) {
    case 'step.output': {
      const { lines, bytes } = countLines(payload.text, payload.encoding)
      totals.outputLines += lines
      totals.outputBytes += bytes
      return
    }
    case 'ai.tool_called':
      totals.toolCalls++
      return
    case 'ai.tokens_used': {
      totals.inputTokens += payload.inputTokens
      totals.outputTokens += payload.outputTokens
      totals.cacheReadInputTokens += payload.cacheReadInputTokens ?? 0
      totals.cacheCreationInputTokens += payload.cacheCreationInputTokens ?? 0
      totals.reasoningOutputTokens += payload.reasoningOutputTokens ?? 0
      const { cost } = payload
      if (cost) totals.cost[cost.currency] = addDecimals(totals.cost[cost.currency] ?? '0', cost.amount)
      return
    }
    case 'ai.artifact_created':
      totals.artifacts++
      return
    case 'gate.passed':
      totals.gatesPassed++
      return
    case 'gate.failed':
      totals.gatesFailed++
      return
    default:
  }
}
