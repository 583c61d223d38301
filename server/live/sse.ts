import type { Problem } from '#domain/job/served.ts'
import type { JobState } from '#domain/job/shape.ts'
import type { CountsFrame } from '#domain/view/countsFrame.ts'
import type { StoredEvent } from '#server/journal/journal.ts'

/**
 * Server-sent events (WHATWG HTML §9.2.6). The data is JSON without raw line breaks, so one `data:` line carries it
 * whole; every frame that moves a reader's cursor carries the seq as `id`, so `Last-Event-ID` is always a seq.
 */

/** The envelope's JSON goes in as it was stored: it escapes CR and LF, the only characters that would break a line. */
export function encodeEventFrame({ seq, type, json }: StoredEvent): string {
  return `id: ${seq}\nevent: ${type}\ndata: ${json}\n\n`
}

/** What output and progress there was, as numbers: its id is the last event that is in them. */
export function encodeCounts(counts: CountsFrame): string {
  return `id: ${counts.head}\nevent: counts\ndata: ${JSON.stringify(counts)}\n\n`
}

/** History is done: `last` has been scanned, whether or not a filter let anything through. */
export function encodeCaughtUp(last: number, head: number): string {
  return `id: ${last}\nevent: caught-up\ndata: {"head":${head}}\n\n`
}

/** Nothing can follow. Its id makes a reconnecting reader stand at the head, even if a filter hid the final event. */
export function encodeEnd(head: number, state: JobState): string {
  return `id: ${head}\nevent: end\ndata: {"head":${head},"state":"${state}"}\n\n`
}

/** How long a reader waits before it comes back, in milliseconds. */
export function encodeRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`
}

/** Readers that lost the same server come back spread over two seconds, one to three from now. */
export function randomRetryMs(): number {
  return Math.round(1000 + 2000 * Math.random())
}

/** No stream for now. Without an id, which would move the cursor. */
export function encodeRefusal(problem: Problem): string {
  return `event: refused\ndata: ${JSON.stringify(problem)}\n\n`
}

/** A comment: keeps proxies from closing a silent stream. Never with an id, which would move the cursor. */
export const heartbeatFrame = ': hb\n\n'
