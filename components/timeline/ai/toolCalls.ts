import { visibleText } from '#components/timeline/ansi/visibleControls.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { Json } from '#domain/events/fields.ts'
import { type OutlineEvent, outlineRoom } from '#domain/view/outline.ts'

export type ToolCall = {
  seq: number
  tool: string
  /** what it was called on, if that is a short text: a path, a command */
  subject: string
  /** milliseconds since the epoch; a call began `durationMs` before its event */
  from: number
  to: number
  durationMs: number | null
  error: string | null
  /** the failed call of the same tool with the same arguments that this one repeats */
  retryOf: number | null
  /** the earlier call that it is worth comparing with */
  comparison: Comparison | null
}

/** An earlier call of the same tool: on the same arguments, on the same thing, or just the one before. */
export type Comparison = {
  seq: number
  has: 'same arguments' | 'same subject' | 'same tool'
  /** whether its result is another one; null: the outline does not say */
  isOtherResult: boolean | null
}

export type ToolEvent = Extract<Event, { type: 'ai.tool_called' }>

/** Asked for several times of each of ten thousand calls: writing arguments as text is most of the work. */
const identities = new WeakMap<ToolEvent, string | null>()

/** Tool and arguments as one text, equal for equal calls; null if the outline does not hold the arguments whole. */
export function identityOf(event: ToolEvent): string | null {
  const known = identities.get(event)
  if (known !== undefined) return known
  const { tool, arguments: given } = event.payload
  const identity = isWhole(event, given) ? JSON.stringify([tool, given ?? null]) : null
  identities.set(event, identity)
  return identity
}

/** The result as text; null if there is none, or the outline does not hold it whole. */
export function resultOf(event: ToolEvent): string | null {
  const { result, error } = event.payload
  if (error) return JSON.stringify([error.code, error.message])
  return result !== undefined && isWhole(event, result) ? JSON.stringify(result) : null
}

/** What was cut of a value leaves about as much of it as there is room for; a key of 500 characters could leave less. */
function isWhole(event: OutlineEvent, value: Json | undefined): boolean {
  return event.cut !== true || (JSON.stringify(value) ?? '').length < outlineRoom / 2
}

const telling = ['path', 'file_path', 'file', 'command', 'query', 'pattern', 'url', 'name']

/** The argument that tells one call of a tool from another. */
export function subjectOf(given: Json | undefined): string {
  if (typeof given === 'string') return visibleText(given.slice(0, 200))
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return ''
  const texts = Object.entries(given).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []))
  const found = texts.find(({ name }) => telling.includes(name)) ?? texts[0]
  return found ? visibleText(found.value.slice(0, 200)) : ''
}
