import { lastAtMost } from '#components/timeline/layout/lastAtMost.ts'
import type { Event } from '#domain/events/envelope.ts'

/**
 * The seqs at which the job was another one than before: every event that is no output. Between two of them only lines
 * came, so they are what a scrubber stops at.
 */
export type Moments = { seqs: readonly number[]; times: readonly number[] }

/** The moments of a list, and how many of its events they are of. */
type Known = { upTo: number; seqs: number[]; times: number[] }
const knownOf = new WeakMap<readonly Event[], Known>()

/** @param events the job's outline, ascending by seq; a list only ever grows at its end, so only what is new is looked at */
export function momentsOf(events: readonly Event[]): Moments {
  const known = knownOf.get(events) ?? { upTo: 0, seqs: [], times: [] }
  knownOf.set(events, known)
  for (; known.upTo < events.length; known.upTo++) {
    const event = events[known.upTo]
    if (!event || event.type === 'step.output' || event.type === 'step.progress') continue
    known.seqs.push(event.seq)
    known.times.push(Date.parse(event.recordedAt))
  }
  return known
}

/** The last moment at or before a time; the first if there is none. */
export function momentAtTime({ seqs, times }: Moments, time: number): number {
  return seqs[Math.max(0, lastAtMost(times, time))] ?? 1
}

/** So many moments after (before) a seq, and no further than the ends. */
export function momentFrom({ seqs }: Moments, at: number, by: number): number {
  const here = lastAtMost(seqs, at)
  // a seq between two moments is after the first: one step back leads to that one
  const step = by < 0 && seqs[here] !== at ? by + 1 : by
  return seqs[Math.max(0, Math.min(seqs.length - 1, here + step))] ?? 1
}

/** So many changes from a moment of a job (null: now); null at its end. */
export function nextMoment(job: { events: readonly Event[] }, at: number | null, by: number): number | null {
  const moments = momentsOf(job.events)
  const last = moments.seqs.at(-1) ?? 0
  const next = momentFrom(moments, at ?? last, by)
  return next >= last ? null : next
}

/** When the job was as it was at a seq, in milliseconds since the epoch. */
export function timeOfMoment({ seqs, times }: Moments, at: number): number {
  return times[Math.max(0, lastAtMost(seqs, at))] ?? 0
}
