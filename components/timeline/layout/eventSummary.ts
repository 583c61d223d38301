import { countOf, formatBytes, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import { plainText } from '#domain/ansi/plainText.ts'
import type { Event } from '#domain/events/envelope.ts'
import { linesOf } from '#domain/job/lines.ts'

/** What happened, in one line of harmless text: for lists and titles. */
export function eventSummary(event: Event): string {
  if (event.payload === null) return 'content erased'
  return visibleText(rawSummary(event)).slice(0, 400)
}

function rawSummary(event: Event): string {
  switch (event.type) {
    case 'job.created':
      return event.payload.title ?? event.payload.action
    case 'job.queued':
      return [event.payload.queue && `in ${event.payload.queue}`, event.payload.reason, event.payload.error?.message]
        .filter(Boolean)
        .join(' · ')
    case 'job.started':
      return event.payload.runner ? `on ${event.payload.runner}` : ''
    case 'job.completed':
      return event.payload.output === undefined ? '' : JSON.stringify(event.payload.output)
    case 'job.failed':
      return `${event.payload.error.code}: ${event.payload.error.message}`
    case 'step.started':
      return event.payload.name
    case 'step.progress': {
      const { completed, total, message, stepId } = event.payload
      return [stepId, total === undefined ? `${completed}` : `${completed}/${total}`, message]
        .filter(Boolean)
        .join(' · ')
    }
    case 'step.output': {
      const lines = linesOf(event.payload.text, event.payload.encoding)
      const more = lines.length > 1 ? ` (+${countOf(lines.length - 1, 'line')})` : ''
      return `${lines.map(plainText).find((line) => line.trim() !== '') ?? ''}${more}`
    }
    case 'step.completed': {
      const { stepId, outcome, exitCode, signal, error } = event.payload
      const end = signal ?? (exitCode === undefined ? null : `exit ${exitCode}`)
      return [stepId, outcome, end, error?.message].filter(Boolean).join(' · ')
    }
    case 'ai.tool_called': {
      const { tool, durationMs, error } = event.payload
      return [tool, durationMs === undefined ? null : formatDuration(durationMs), error?.message]
        .filter(Boolean)
        .join(' · ')
    }
    case 'ai.tokens_used': {
      const { model, inputTokens, outputTokens } = event.payload
      return `${model} · ${formatCount(inputTokens)} in · ${formatCount(outputTokens)} out`
    }
    case 'ai.artifact_created':
      return `${event.payload.name} · ${formatBytes(event.payload.bytes)}`
    case 'gate.started':
      return [event.payload.name, event.payload.rule].filter(Boolean).join(' · ')
    case 'gate.passed':
    case 'gate.failed':
      return [event.payload.gateId, event.payload.reason].filter(Boolean).join(' · ')
    default:
      return ''
  }
}
