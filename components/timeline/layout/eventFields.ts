import { formatBytes, formatCount } from '#components/format/count.ts'
import { formatDuration } from '#components/format/time.ts'
import { safeLink } from '#components/timeline/ansi/safeLink.ts'
import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'

/** How the value of a field is shown. */
export type FieldValue =
  | { as: 'text'; text: string }
  | { as: 'code'; text: string }
  | { as: 'instant'; iso: string }
  | { as: 'link'; text: string; href: string }
  | { as: 'seqs'; refs: (string | number)[] }
  | { as: 'json'; json: Json }
  | { as: 'output'; text: string }

/** `raw` is what copying the field copies. */
export type Field = { name: string; value: FieldValue; raw: string }

/** Fields of each type's payload in the order in which they are read. What is not named here comes after, as JSON. */
const order: Record<EventType, readonly string[]> = {
  'job.created': ['title', 'action', 'inputs', 'labels', 'requestId', 'parentJobId'],
  'job.queued': ['queue', 'reason', 'runAt', 'error'],
  'job.started': ['runner'],
  'job.completed': ['output'],
  'job.failed': ['error', 'outcome'],
  'step.started': ['name', 'stepId', 'parentStepId', 'kind'],
  'step.progress': ['stepId', 'completed', 'total', 'message'],
  'step.output': ['stepId', 'stream', 'encoding', 'text'],
  'step.completed': ['stepId', 'outcome', 'exitCode', 'signal', 'error'],
  'ai.tool_called': ['tool', 'callId', 'stepId', 'durationMs', 'error', 'arguments', 'result'],
  'ai.tokens_used': [
    'provider',
    'model',
    'inputTokens',
    'cacheReadInputTokens',
    'cacheCreationInputTokens',
    'outputTokens',
    'reasoningOutputTokens',
    'cost',
    'callId',
    'stepId',
  ],
  'ai.artifact_created': ['name', 'mediaType', 'bytes', 'sha256', 'uri', 'artifactId', 'stepId'],
  'gate.started': ['name', 'gateId', 'kind', 'rule', 'subject', 'expiresAt', 'stepId'],
  'gate.passed': ['gateId', 'decidedBy', 'reason', 'evidence'],
  'gate.failed': ['gateId', 'decidedBy', 'reason', 'evidence'],
}

/** The payload of an event, field by field. */
export function payloadFields(event: Event): Field[] {
  const payload = event.payload as Record<string, Json | undefined> | null
  if (payload === null) return []
  const known = order[event.type] ?? []
  const names = [...known, ...Object.keys(payload).filter((name) => !known.includes(name))]
  return names.flatMap((name) => {
    const value = payload[name]
    return value === undefined ? [] : [{ name, value: show(name, value, event.type), raw: rawOf(value) }]
  })
}

/** The event around its payload. */
export function envelopeFields(event: Event): Field[] {
  const { actor } = event
  const field = (name: string, raw: string | undefined, value?: FieldValue): Field[] =>
    raw === undefined ? [] : [{ name, raw, value: value ?? { as: 'code', text: visibleText(raw) } }]
  const who = actor ? (actor.name ? `${actor.name} (${actor.userId})` : actor.userId) : undefined
  return [
    ...field('recordedAt', event.recordedAt, { as: 'instant', iso: event.recordedAt }),
    ...field('occurredAt', event.occurredAt, { as: 'instant', iso: event.occurredAt }),
    ...field('actor', who, { as: 'text', text: visibleText(`${who} · ${actor?.kind}`) }),
    ...field('source', event.source),
    ...field('causedBy', event.causedBy, { as: 'seqs', refs: [event.causedBy ?? ''] }),
    ...field('traceparent', event.traceparent),
    ...field('id', event.id),
  ]
}

function show(name: string, value: Json, type: EventType): FieldValue {
  if (name === 'evidence' && Array.isArray(value)) return { as: 'seqs', refs: value.filter(isRef) }
  if (name === 'cost' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { as: 'text', text: `${value.amount} ${value.currency}` }
  }
  if (name === 'error' && isFailure(value)) return { as: 'text', text: visibleText(`${value.code}: ${value.message}`) }
  if (typeof value === 'number') return { as: 'text', text: numberText(name, value) }
  if (typeof value !== 'string') return { as: 'json', json: value }
  if (name === 'text' && type === 'step.output') return { as: 'output', text: value }
  if (name === 'runAt' || name === 'expiresAt') return { as: 'instant', iso: value }
  const href = name === 'uri' ? safeLink(value) : null
  if (href) return { as: 'link', text: visibleText(value), href }
  const isCode = /(Id|sha256|uri|action)$/.test(name)
  return { as: isCode ? 'code' : 'text', text: visibleText(value) }
}

function numberText(name: string, value: number): string {
  if (name === 'durationMs') return formatDuration(value)
  if (name === 'bytes') return `${formatBytes(value)} (${formatCount(value)})`
  return name === 'exitCode' ? String(value) : formatCount(value)
}

function isFailure(value: Json): value is { code: string; message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}

function isRef(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

function rawOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}
