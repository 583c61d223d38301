import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EmitResult } from '#domain/job/served.ts'
import type { FlushContext } from '#server/journal/flushContext.ts'
import { flushLanes } from '#server/journal/flushLanes.ts'
import type { JobAddress } from '#server/journal/journal.ts'
import { newJournalCounts } from '#server/journal/journalCounts.ts'
import { type Lane, newLane } from '#server/journal/lane.ts'
import { bytesOf } from '#server/journal/pendingRequest.ts'
import { prepareEvents } from '#server/journal/prepare.ts'
import { openShapeCache } from '#server/journal/shapeCache.ts'
import { drafts } from '#testing/drafts.ts'
import { actor, type JournalTestbed, type OpenedJournal, openJournalTestbed } from '#testing/journals.ts'

let bed: JournalTestbed
let opened: OpenedJournal

beforeAll(async () => {
  bed = await openJournalTestbed()
  opened = bed.open()
})
afterAll(() => bed[Symbol.asyncDispose]())

function contextOf(): FlushContext {
  const { sql } = opened
  const log = { error: () => {} }
  const shapes = openShapeCache()
  const counts = newJournalCounts()
  return { sql, shapes, counts, log, now: () => 0, patienceMs: 10_000, closing: () => false, onCommitted: () => {} }
}

/** A lane with one request of one event, and what becomes of it. */
function laneOf({ orgId, jobId }: JobAddress): { lane: Lane; outcome: Promise<EmitResult> } {
  const lane = newLane(jobId)
  const events = prepareEvents(actor, [drafts.output('build', 'hi\n')])
  const outcome = new Promise<EmitResult>((resolve, reject) => {
    const bytes = bytesOf(events)
    const known = new Map<string, number>()
    lane.queue.push({
      ...{ orgId, jobId, events, bytes, known, resolve, reject },
      ...{ expectedSeq: null, uncertain: false, deadline: 1 },
    })
  })
  return { lane, outcome }
}

test('a job whose shape is forgotten while others are read is judged by the next flush, not said to be absent', async () => {
  const context = contextOf()
  const [known, unread] = [await bed.newJob(opened, 'started'), await bed.newJob(opened, 'started')]
  const first = laneOf(known)
  await flushLanes(context, [first.lane])
  expect((await first.outcome).lastSeq).toBe(3)

  const [again, other] = [laneOf(known), laneOf(unread)]
  const flushed = flushLanes(context, [again.lane, other.lane])
  // A flush beside this one loses its connection while this one reads the shape of the other job.
  context.shapes.clear()
  await flushed
  await flushLanes(context, [again.lane, other.lane])
  expect((await again.outcome).lastSeq).toBe(4)
  expect((await other.outcome).lastSeq).toBe(3)
})

test('a job that does not exist is said to be absent, and a foreign one alike', async () => {
  const context = contextOf()
  const nobody = { orgId: bed.orgId, jobId: '0193f2a0-0000-7000-8000-000000000000' }
  const foreign = { ...(await bed.newJob(opened)), orgId: nobody.jobId }
  for (const job of [nobody, foreign]) {
    const { lane, outcome } = laneOf(job)
    const refused = expect(outcome).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await flushLanes(context, [lane])
    await refused
  }
})
