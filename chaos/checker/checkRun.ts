import { checkJob, indexJob } from '#chaos/checker/checkJob.ts'
import { checkLooks } from '#chaos/checker/checkLooks.ts'
import { checkRequests } from '#chaos/checker/checkRequests.ts'
import { checkTranscripts } from '#chaos/checker/checkTranscripts.ts'
import { checkWindow, checkWindows } from '#chaos/checker/checkWindows.ts'
import type {
  JobIndex,
  Look,
  RequestRecord,
  RunRecord,
  StoredJob,
  TranscriptLine,
  WindowRecord,
} from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'
import { forgive, isForgiven } from '#chaos/checker/forgive.ts'
import { measureRepairs } from '#chaos/checker/measureRepairs.ts'
import { type Row, tally } from '#chaos/checker/tally.ts'

/** The name of the look that was taken after the run and before unanswered requests were sent again. */
export const lookBeforeRepetition = 'before unanswered requests were sent again'

export type Evidence = {
  run: RunRecord
  requests: readonly RequestRecord[]
  transcripts: Iterable<TranscriptLine> | AsyncIterable<TranscriptLine>
  looks: readonly Look[]
  /** one after the other: a job is as large as its events */
  jobs: Iterable<StoredJob> | AsyncIterable<StoredJob>
  windows: readonly WindowRecord[]
  /** as they were while faults and load went on, without content */
  seenWindows: Iterable<WindowRecord> | AsyncIterable<WindowRecord>
}

export type Report = { rows: Row[]; findings: Finding[]; events: number; jobs: number; delivered: number }

/** All invariants on all evidence of a run. Pure: what is read, is read by whoever calls. */
export async function checkRun({
  run,
  requests,
  transcripts,
  looks,
  jobs,
  windows,
  seenWindows,
}: Evidence): Promise<Report> {
  const findings: Finding[] = run.deaths.map(({ what, at, lastLines }) => {
    return { invariant: 'alive', count: 'other', what: `ended by itself:\n${lastLines}`, where: what, at }
  })
  for (const { index, kind, name, failure, startedAt } of run.faults) {
    if (failure === null) continue
    const where = `fault ${index} (${kind}, ${name})`
    findings.push({ invariant: kind === 'F11' ? 'I9' : 'alive', count: 'other', what: failure, where, at: startedAt })
  }
  const index = new Map<string, JobIndex>()
  for await (const job of jobs) {
    findings.push(...checkJob(job))
    index.set(job.jobId, indexJob(job))
  }
  const before = looks.find(({ name }) => name === lookBeforeRepetition)
  if (before === undefined) throw new Error(`The evidence has no look "${lookBeforeRepetition}"`)
  const { setBacks } = run
  const held = forgive(setBacks, { requests, looks, isThere: (jobId) => index.has(jobId) })
  findings.push(...checkRequests({ requests: held.requests, jobs: index, before }), ...checkLooks(held.looks, index))
  for await (const window of seenWindows) {
    if (!isForgiven(setBacks, window)) findings.push(...checkWindow(window, index.get(window.jobId)))
  }
  const { findings: broken, delivered, progress, followedJobs } = await checkTranscripts(transcripts, index, setBacks)
  const repairs = measureRepairs({ faults: run.faults, requests: held.requests, progress })
  findings.push(...broken, ...repairs.findings, ...checkWindows({ windows, jobs: index, followedJobs }))
  return {
    rows: tally({ faults: run.faults, requests, findings, slowest: repairs.slowest }),
    findings,
    events: index.values().reduce((sum, { head }) => sum + head, 0),
    jobs: index.size,
    delivered,
  }
}
