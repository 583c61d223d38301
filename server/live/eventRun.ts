import { WaybillError } from '#domain/errors.ts'
import type { EventType } from '#domain/events/catalogue.ts'
import { countOutput, type OutputCount } from '#domain/view/countsFrame.ts'
import { isStructural } from '#domain/view/outline.ts'
import type { StoredEvent } from '#server/journal/journal.ts'
import { encodeEventFrame } from '#server/live/sse.ts'

/** Which events a reader wants to see. `key` is the same for the same choice, so that its frames are shared. */
export type TypeFilter = { key: string; types: ReadonlySet<EventType> }

export function typeFilter(types: Iterable<EventType>): TypeFilter {
  const set = new Set(types)
  return { key: [...set].sort().join(' '), types: set }
}

/** Contiguous events that many followers share. Their frames are encoded once, when the first one asks. */
export type EventRun = {
  readonly first: number
  readonly last: number
  /** characters of JSON */
  readonly size: number
  readonly events: readonly StoredEvent[]
  frames(filter?: TypeFilter): Uint8Array
  /** Per event: what it counts for, if it is of output or progress. Made once, when the first one asks. */
  outputs(): readonly (OutputCount | null)[]
}

/** Filters whose frames one run keeps; others are encoded for each reader anew, so that clients cannot fill memory. */
const keptFilters = 8
const encoder = new TextEncoder()

/** Events that follow `after` without a hole; anything else is a fault of their source and rejected with INTERNAL. */
export function makeRun(after: number, events: readonly StoredEvent[]): EventRun {
  let expected = after
  let size = 0
  for (const event of events) {
    if (event.seq !== ++expected) {
      throw new WaybillError('INTERNAL', `Event ${event.seq} came where ${expected} was due; nothing was sent.`)
    }
    size += event.json.length
  }
  const encode = (filter: TypeFilter | undefined) => {
    const sent = filter ? events.filter((event) => filter.types.has(event.type)) : events
    return encoder.encode(sent.map(encodeEventFrame).join(''))
  }
  return run(events, size, { encode, count: () => events.map(countStored) })
}

/** Neighbouring runs as one. Their frames are copied together, not encoded again. */
export function joinRuns(parts: readonly EventRun[]): EventRun {
  const [only] = parts
  if (only && parts.length === 1) return only
  const events = parts.flatMap((part) => part.events)
  const size = parts.reduce((sum, part) => sum + part.size, 0)
  return run(events, size, {
    encode: (filter) => Buffer.concat(parts.map((part) => part.frames(filter))),
    count: () => parts.flatMap((part) => part.outputs()),
  })
}

function countStored({ type, json }: StoredEvent): OutputCount | null {
  return isStructural(type) ? null : countOutput(JSON.parse(json))
}

type Made = { encode(filter: TypeFilter | undefined): Uint8Array; count(): readonly (OutputCount | null)[] }

function run(events: readonly StoredEvent[], size: number, { encode, count }: Made): EventRun {
  const [first, last] = [events.at(0), events.at(-1)]
  if (!first || !last) throw new WaybillError('INTERNAL', 'A run of events was made of no event.')
  const encoded = new Map<string, Uint8Array>()
  let counted: readonly (OutputCount | null)[] | null = null
  return {
    first: first.seq,
    last: last.seq,
    size,
    events,
    frames(filter) {
      const key = filter?.key ?? ''
      const known = encoded.get(key)
      if (known) return known
      const bytes = encode(filter)
      if (encoded.size < keptFilters) encoded.set(key, bytes)
      return bytes
    },
    outputs() {
      counted ??= count()
      return counted
    },
  }
}
