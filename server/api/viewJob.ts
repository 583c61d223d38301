import type { z } from 'zod'
import { type CountsWindow, mostBuckets } from '#domain/view/countPyramid.ts'
import type { LineOfSeq, LinePage } from '#domain/view/linePage.ts'
import type { JobOutline, OutlineEvent } from '#domain/view/outline.ts'
import type { Context } from '#server/api/context.ts'
import type { countsInput, lineOfSeqInput, linePageInput, viewInput } from '#server/api/inputs.ts'
import { parseJobId } from '#server/api/parseInput.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import type { StoredOutline } from '#server/projector/readOutline.ts'

/** What the timeline is drawn from: exact as of the job's head, and as quick for a million events as for a hundred. */

type NamedOutline = StoredOutline & Pick<JobOutline, 'epoch'>

/** Totals, state and outline of a job, its events still as JSON. @throws WaybillError NOT_FOUND */
export async function viewJob(
  context: Context,
  { jobId, after = 0 }: z.output<typeof viewInput>,
): Promise<NamedOutline> {
  const { journal, projector } = context.services
  // Before the outline: named after an older history it is asked for once more, named after a newer one it would be kept.
  const epoch = await journal.readEpoch()
  return { epoch, ...(await projector.outline(addressOf(context, jobId), after)) }
}

/** For clients that get objects; REST splices the JSON instead. */
export function toJobOutline(stored: NamedOutline): JobOutline {
  return { ...stored, events: stored.events.map((json) => JSON.parse(json) as OutlineEvent) }
}

/** @param buckets at most so many: a power of two of them is used. @throws WaybillError NOT_FOUND */
export function countJob(
  context: Context,
  { jobId, buckets = mostBuckets }: z.output<typeof countsInput>,
): Promise<CountsWindow> {
  return context.services.projector.counts(addressOf(context, jobId), 2 ** Math.floor(Math.log2(buckets)))
}

/**
 * @returns the page; `isForEver`: it is full, and of the history that the caller named
 * @throws WaybillError NOT_FOUND, also for a page beyond the last
 */
export async function getLinePage(
  context: Context,
  { jobId, page: number, epoch }: z.output<typeof linePageInput>,
): Promise<{ page: LinePage; isForEver: boolean }> {
  const { journal, projector } = context.services
  const page = await projector.linePage(addressOf(context, jobId), number)
  // After the page: a database that is set back in between has another epoch by now.
  return { page, isForEver: page.full && epoch !== undefined && epoch === (await journal.readEpoch()) }
}

/** @throws WaybillError NOT_FOUND */
export function findLine(context: Context, { jobId, seq = 1 }: z.output<typeof lineOfSeqInput>): Promise<LineOfSeq> {
  return context.services.projector.lineOfSeq(addressOf(context, jobId), seq)
}

function addressOf({ principal }: Context, jobId: string): JobAddress {
  return { orgId: principal.orgId, jobId: parseJobId(jobId) }
}
