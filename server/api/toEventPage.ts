import type { Event } from '#domain/events/envelope.ts'
import type { EventPage } from '#domain/job/served.ts'
import type { StoredPage } from '#server/journal/journal.ts'

/** For clients that get objects; REST splices the stored JSON instead. */
export function toEventPage({ events, next, head }: StoredPage): EventPage {
  return { events: events.map(({ json }) => JSON.parse(json) as Event), next, head }
}
