import { WaybillError } from '#domain/errors.ts'
import { isFinal } from '#domain/job/shape.ts'
import type { JobAddress, Journal } from '#server/journal/journal.ts'
import type { LiveCounts } from '#server/live/live.ts'
import { liveSettings } from '#server/live/settings.ts'
import { isWhole, type JobWindow, type WindowView, type WindowWrite } from '#server/live/window.ts'
import { toEntry, type WindowEntry } from '#server/live/windowEntry.ts'

export type RepairSource = { journal: Pick<Journal, 'readHeads' | 'readEvents'>; counts: LiveCounts }

/** Others write at the same time; after so many misses the next event or look tries again. */
const tries = 3

/**
 * Makes a job's window whole from PostgreSQL: fills it up if what it lacks is at its end and no more than a window, else
 * replaces it. Rejects with what Valkey or PostgreSQL say.
 */
export async function repairWindow(source: RepairSource, window: JobWindow, job: JobAddress): Promise<void> {
  for (let i = 0; i < tries; i++) {
    const view = await window.look(job.jobId)
    const head = (await source.journal.readHeads([job])).get(job.jobId)
    if (!head) throw new WaybillError('NOT_FOUND', `There is no job ${job.jobId}, so its window cannot be filled.`)
    if (isWhole(view, head.head, window.length)) return
    const fills = canBeFilled(view, head.head, window.length)
    const write = await readWrite(source, job, fills ? view.last : Math.max(0, head.head - window.length))
    const { what } = fills ? await window.append(write) : await window.reset(write)
    if (what === 'hole') continue
    if (fills) source.counts.fills++
    else source.counts.resets++
    return
  }
}

function canBeFilled(view: WindowView, head: number, length: number): boolean {
  return view.last > 0 && isWhole(view, view.last, length) && view.last < head && head - view.last <= length
}

/** All events after `after` as entries, page by page: contents that become markers are let go of at once. */
async function readWrite({ journal }: RepairSource, job: JobAddress, after: number): Promise<WindowWrite> {
  const entries: WindowEntry[] = []
  for (let next = after; ; ) {
    const page = await journal.readEvents({ ...job, after: next, limit: liveSettings.repairPage })
    entries.push(...page.events.map(toEntry))
    next += page.events.length
    if (page.events.length === 0 || next >= page.head) {
      return { jobId: job.jobId, entries, final: isFinal(page.state) && next >= page.head }
    }
  }
}
