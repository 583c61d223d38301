import { WaybillError } from '#domain/errors.ts'
import { type EventType, eventTypes } from '#domain/events/catalogue.ts'
import { isEventType } from '#domain/events/kinds.ts'

const groups = new Map<string, EventType[]>(
  ['job', 'step', 'ai', 'gate'].map((group) => [
    `${group}.*`,
    eventTypes.filter((type) => type.startsWith(`${group}.`)),
  ]),
)

/** Event types and whole groups of them. */
export const typePatterns = [...eventTypes, ...groups.keys()]

/**
 * The types that patterns like `job.started` or `gate.*` stand for.
 *
 * @throws WaybillError UNKNOWN_EVENT_TYPE: a filter that is misspelt would otherwise hide everything
 */
export function expandTypes(patterns: readonly string[]): EventType[] {
  return patterns.flatMap((pattern) => {
    const types = groups.get(pattern) ?? (isEventType(pattern) ? [pattern] : null)
    if (types) return types
    throw new WaybillError(
      'UNKNOWN_EVENT_TYPE',
      `There is no event type "${pattern.slice(0, 60)}"; allowed are ${typePatterns.join(', ')}.`,
      { details: { path: '/types' } },
    )
  })
}
