import { isDeepStrictEqual } from 'node:util'
import type { JobIndex, StoredJob } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'
import { emptyView, type JobView, replay } from '#domain/job/replay.ts'
import type { JobTotals } from '#domain/job/totals.ts'

/** I2, I11 and the second half of I7: a job's events by themselves, and what is derived from them. */
export function checkJob(job: StoredJob): Finding[] {
  return [...checkSequence(job), ...checkCommitments(job), ...checkReplay(job)]
}

/** What the other checks need, so that the events of one job need not be kept while the next is read. */
export function indexJob({ orgId, events, shape }: StoredJob): JobIndex {
  return {
    orgId,
    head: events.at(-1)?.seq ?? 0,
    finalSeq: shape.finalSeq,
    events: events.map(({ id, digest, content, commitment }) => ({ id, digest, content, commitment })),
    seqById: new Map(events.map(({ id, seq }) => [id, seq])),
  }
}

function checkSequence({ jobId, orgId, events }: StoredJob): Finding[] {
  const findings: Finding[] = []
  const found = (count: Finding['count'], what: string) =>
    findings.push({ invariant: 'I2', count, what, where: `job ${jobId}`, at: null })
  let last = 0
  let time = ''
  for (const { seq, event } of events) {
    if (seq === last) found('duplicated', `seq ${seq} is there twice`)
    else if (seq < last) found('outOfOrder', `seq ${seq} comes after ${last}`)
    else if (seq > last + 1) found('holes', `seq ${last + 1} to ${seq - 1} are missing`)
    if (event.recordedAt < time)
      found('other', `recordedAt goes back from ${time} to ${event.recordedAt} at seq ${seq}`)
    last = Math.max(last, seq)
    time = event.recordedAt
  }
  const repeated = events.length - new Set(events.map(({ id }) => id)).size
  if (repeated > 0) {
    const what = `${repeated} events have the id of another`
    findings.push({ invariant: 'I1', count: 'duplicated', what, where: `job ${jobId}`, at: null })
  }
  const foreign = events.filter((event) => event.orgId !== orgId)
  if (foreign.length > 0) {
    const what = `${foreign.length} events belong to another organisation than their job`
    findings.push({ invariant: 'I6', count: 'other', what, where: `job ${jobId}`, at: null })
  }
  return findings
}

function checkCommitments({ jobId, events }: StoredJob): Finding[] {
  return events
    .filter(({ commitment, expectedCommitment }) => expectedCommitment !== null && commitment !== expectedCommitment)
    .map(({ seq, commitment, expectedCommitment }) => ({
      invariant: 'I7',
      count: 'other',
      what: `seq ${seq} is committed to as ${commitment}, its content gives ${expectedCommitment}`,
      where: `job ${jobId}`,
      at: null,
    }))
}

function checkReplay({ jobId, events, shape, projected }: StoredJob): Finding[] {
  const findings: Finding[] = []
  const found = (what: string) =>
    findings.push({ invariant: 'I11', count: 'other', what, where: `job ${jobId}`, at: null })
  const view = emptyView()
  let totals: JobTotals | null = null
  for (const { event } of events) {
    const refusal = replay(view, event)
    if (refusal !== null) {
      found(`seq ${event.seq} (${event.type}) could not have been recorded: ${refusal}`)
      return findings
    }
    if (event.seq === projected?.seq) totals = structuredClone(view.totals)
  }
  const expected = shapeOf(view)
  for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
    if (isDeepStrictEqual(expected[key], shape[key])) continue
    found(`${key} is stored as ${brief(shape[key])}, replaying gives ${brief(expected[key])}`)
  }
  if (projected === null) found('nothing is projected')
  else if (totals === null) found(`is projected as of seq ${projected.seq}, beyond the head ${view.head}`)
  else if (!isDeepStrictEqual(totals, projected.totals)) {
    found(`totals as of seq ${projected.seq} are ${brief(projected.totals)}, replaying gives ${brief(totals)}`)
  } else if (projected.seq !== view.head)
    found(`is projected as of seq ${projected.seq} only; the head is ${view.head}`)
  return findings
}

function shapeOf(view: JobView): StoredJob['shape'] {
  return {
    state: view.shape.state,
    attempt: view.shape.attempt,
    parts: view.shape.parts,
    shapeSeq: view.shapeSeq,
    createdAt: view.createdAt ?? '',
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    finalSeq: view.endedAt === null ? null : view.head,
    steps: [...view.steps.values()].sort(byStart),
    gates: [...view.gates.values()].sort(byStart),
  }
}

/** One event starts one part at most, so no two start at the same seq. */
export function byStart(a: { startedSeq: number }, b: { startedSeq: number }): number {
  return a.startedSeq - b.startedSeq
}

function brief(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)} …` : text
}
