import type { EventType } from '#domain/events/catalogue.ts'
import type { Event } from '#domain/events/envelope.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { JobTotals } from '#domain/job/totals.ts'
import { shorten } from '#domain/view/shorten.ts'

/**
 * An event as the outline of a job holds it. `cut`: something of its payload was left out; the whole event is at its seq
 * (events.list).
 */
export type OutlineEvent = Event & { cut?: true }

/**
 * What a job is, without its output: every event that is structural (isStructural), those of step.output and
 * step.progress that started a step nobody had started, and the newest step.progress of each run of a step. Replayed in
 * their order they give the state, steps and gates of the whole journal, at any seq.
 */
export type JobOutline = {
  /** names the history that PostgreSQL holds: another one after it may have been set back to an earlier state */
  epoch: string
  /** the seq through which all of this holds */
  head: number
  state: JobState
  /** recordedAt of the newest event, output included */
  lastEventAt: string
  /** exact, of all events through `head` */
  totals: JobTotals
  /** ascending by seq */
  events: OutlineEvent[]
  /** pass it as `after` for the rest of the outline; null: there is none */
  next: number | null
}

type Payload = Event['payload']

/** False for the two types that a job may have a million of: they are told as counts and line pages. */
export function isStructural(type: EventType): boolean {
  return type !== 'step.output' && type !== 'step.progress'
}

/** Characters that a field of a payload may have in an outline; ids and names are shorter. */
export const outlineRoom = 1024

/** An event as it stands in an outline: output emptied, long values shortened to a beginning of the same kind. */
export function outlineOf(event: Event): OutlineEvent {
  const payload = cutPayload(event)
  return payload === null ? event : ({ ...event, payload, cut: true } as OutlineEvent)
}

/** The payload with everything long shortened; null: it stays as it is. An erased payload has nothing to cut. */
export function cutPayload({ type, payload }: { type: EventType; payload: Payload | null }): Payload | null {
  if (payload === null) return null
  if (type === 'step.output') return emptied(payload as Extract<Event, { type: 'step.output' }>['payload'])
  let isCut = false
  const fields = Object.entries(payload).map(([name, value]) => {
    const short = shortenField(name, value)
    isCut ||= short !== value
    return [name, short] as const
  })
  return isCut ? (Object.fromEntries(fields) as Payload) : null
}

function emptied(payload: Extract<Event, { type: 'step.output' }>['payload']): Payload | null {
  const { stepId, stream } = payload
  return payload.text === '' ? null : { stepId, stream, text: '' }
}

function shortenField(name: string, value: unknown): unknown {
  // A beginning of an address leads somewhere else.
  if (name === 'uri') return value
  if (name === 'error') {
    const error = value as { message: string }
    const message = shorten(error.message, outlineRoom)
    return message === error.message ? error : { ...error, message }
  }
  return shorten(value, outlineRoom)
}
