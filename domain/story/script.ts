import type { EventType, PayloadOf } from '#domain/events/catalogue.ts'

/** One event of a story, and how long after the one before it happens. */
export type Beat = { [T in EventType]: { type: T; payload: PayloadOf<T> } }[EventType] & Aside & { afterMs: number }

/** Who records it; default: the service that runs the job. */
type Aside = { by?: 'user' | 'agent'; source?: string }

export type Script = {
  readonly beats: Beat[]
  /** time passes */
  after(ms: number): Script
  /** something happens now; returns the seq it will have */
  tell<T extends EventType>(type: T, payload: PayloadOf<T>, aside?: Aside): number
}

/** Stories are written event by event, in the order they happen. */
export function writeScript(): Script {
  const beats: Beat[] = []
  let waited = 0
  const script: Script = {
    beats,
    after(ms) {
      waited += ms
      return script
    },
    tell(type, payload, aside = {}) {
      beats.push({ type, payload, afterMs: waited, ...aside } as Beat)
      waited = 0
      return beats.length
    },
  }
  return script
}
