import type { JobAddress, StoredEvent } from '#server/journal/journal.ts'
import type { FollowBatch, Live } from '#server/live/live.ts'

/** A step that must bring a batch. */
export async function batchOf(step: Promise<IteratorResult<FollowBatch>>): Promise<FollowBatch> {
  const { done, value } = await step
  if (done) throw new Error('the iteration ended')
  return value
}

/** Follows until the job is over; every event it was given, in order. */
export async function collect(live: Live, job: JobAddress, after = 0): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for await (const batch of live.follow({ ...job, after, signal: new AbortController().signal })) {
    events.push(...batch.events)
  }
  return events
}
