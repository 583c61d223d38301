import { onTestFinished, vi } from 'vitest'
import type { JobAddress } from '#server/journal/journal.ts'
import type { FollowBatch } from '#server/live/live.ts'
import { openLive } from '#server/live/openLive.ts'
import { memoryJournal } from '#testing/memoryJournal.ts'

/** A live tier without Valkey on a journal in memory, with one job of one event; closed at the test's end. */
export function openMemoryLive() {
  const journal = memoryJournal()
  const log = { info: vi.fn(), warn: vi.fn() }
  const live = openLive({ journal, valkeyUrl: null, epoch: 'test', log })
  onTestFinished(() => live.close())
  const follow = (job: JobAddress, after = 0, signal = new AbortController().signal): AsyncIterator<FollowBatch> =>
    live.follow({ ...job, after, signal })[Symbol.asyncIterator]()
  return { journal, live, log, job: journal.createJob(), follow }
}

/** Lets what is ready to happen happen. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
