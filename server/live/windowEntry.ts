import type { EventType } from '#domain/events/catalogue.ts'
import { isEventType } from '#domain/events/kinds.ts'
import type { StoredEvent } from '#server/journal/journal.ts'
import { liveSettings } from '#server/live/settings.ts'

/**
 * An event as the window keeps it, under the id `<seq>-0`: field `type`, and either `json` (the envelope) or, for a
 * large one, `bytes` (its size): a marker, whose content is read from PostgreSQL.
 */
export type WindowEntry = { seq: number; type: EventType; field: 'json' | 'bytes'; value: string }

/** An entry as XRANGE answers it: id, then field names and values in turn. */
export type RawEntry = [id: string, fields: string[]]

export function toEntry({ seq, type, json }: StoredEvent): WindowEntry {
  // Most events are far too short to be over the limit, whatever their characters: those are not measured.
  const isShort = json.length * 3 <= liveSettings.inlineBytes
  const bytes = isShort ? 0 : Buffer.byteLength(json)
  return bytes <= liveSettings.inlineBytes
    ? { seq, type, field: 'json', value: json }
    : { seq, type, field: 'bytes', value: String(bytes) }
}

/** The events that follow `after` without a hole, up to the first marker or anything else that is not one of ours. */
export function readEntries(after: number, entries: readonly RawEntry[]): StoredEvent[] {
  const events: StoredEvent[] = []
  for (const [id, [typeField, type, field, json]] of entries) {
    const seq = after + events.length + 1
    if (id !== `${seq}-0` || typeField !== 'type' || field !== 'json') break
    if (type === undefined || !isEventType(type) || json === undefined) break
    events.push({ seq, type, json })
  }
  return events
}
