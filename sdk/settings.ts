/** What the client does unless told otherwise. Times in milliseconds, sizes in bytes of JSON. */
export const sdkDefaults = {
  batch: {
    /** events in one request */
    events: 500,
    /** of one request; the server takes 4 MiB, but nginx unless told otherwise 1 MiB, brackets and all */
    bytes: 1000 * 1024,
    /** how long an event waits for others before it is sent */
    lingerMs: 50,
  },
  buffer: {
    events: 10_000,
    bytes: 16 * 1024 * 1024,
    whenFull: 'wait' as WhenFull,
  },
  retry: {
    /**
     * pause after the first failure, give or take half; doubles with each further one. A follower takes the server's
     * `retry:` instead, once it has heard one
     */
    firstMs: 200,
    mostMs: 5000,
    /** how long one request is repeated in vain before its events are refused */
    giveUpMs: Number.POSITIVE_INFINITY,
  },
  /** an unanswered request is cut and repeated: a half-open connection answers never */
  requestMs: 30_000,
  /** the server writes a heartbeat every 15 s; a stream silent for longer than two of them is dead */
  silenceMs: 40_000,
} as const

/**
 * What happens to an event that finds the buffer full: `wait` holds the emitter until there is room, `fail` rejects with
 * BUFFER_FULL, `drop` gives up output, progress and AI events and records the gap once there is room again.
 */
export type WhenFull = 'wait' | 'fail' | 'drop'

export type BatchSettings = { events: number; bytes: number; lingerMs: number }
export type BufferSettings = { events: number; bytes: number; whenFull: WhenFull }
export type RetrySettings = { firstMs: number; mostMs: number; giveUpMs: number }
