import { mayPass } from '#server/journal/databaseError.ts'
import { findStored } from '#server/journal/findStored.ts'
import type { FlushContext } from '#server/journal/flushContext.ts'
import { rejectRequest } from '#server/journal/lane.ts'
import type { LanePlan } from '#server/journal/planLane.ts'
import { waitOut } from '#server/journal/waitOut.ts'
import { withinTime } from '#server/journal/withinTime.ts'

/** A unique key refused the statement: some ids are stored. One look finds them all; the next flush carries the rest. */
export async function findDuplicates(context: FlushContext, plans: readonly LanePlan[]): Promise<void> {
  const doubtful = plans.flatMap(({ lane, requests }) =>
    requests
      .filter((request) => request.uncertain || request.events.some((event) => event.idSent))
      .map((request) => ({ lane, request })),
  )
  const lanes = plans.map((plan) => plan.lane)
  try {
    const requests = doubtful.map(({ request }) => request)
    const found = await withinTime(findStored(context.sql, requests), context.patienceMs)
    for (const [index, { lane, request }] of doubtful.entries()) {
      const { seqs, reused } = found[index] ?? {}
      if (reused) rejectRequest(lane, request, reused)
      else if (seqs) request.known = seqs
    }
  } catch (failure) {
    if (mayPass(failure)) return waitOut(context, lanes, failure)
    for (const { lane, request } of doubtful) rejectRequest(lane, request, failure)
  }
}
