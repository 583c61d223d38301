import { eventDigest } from '#chaos/checker/digests.ts'
import type { JobIndex, WindowRecord } from '#chaos/checker/evidence.ts'
import type { Finding } from '#chaos/checker/findings.ts'

const MOST_ENTRIES = 1000

export type WindowCheck = {
  windows: readonly WindowRecord[]
  jobs: ReadonlyMap<string, JobIndex>
  /** jobs that are followed at this moment, and not over */
  followedJobs: ReadonlySet<string>
}

/** I10: every window is a contiguous run of the journal; that of a followed job ends at its head once all is quiet. */
export function checkWindows({ windows, jobs, followedJobs }: WindowCheck): Finding[] {
  const findings = windows.flatMap((window) => checkWindow(window, jobs.get(window.jobId)))
  const ends = new Map(windows.map(({ jobId, entries }) => [jobId, Number.parseInt(entries.at(-1)?.id ?? '0', 10)]))
  for (const jobId of followedJobs) {
    const head = jobs.get(jobId)?.head ?? 0
    const end = ends.get(jobId) ?? 0
    if (end === head) continue
    const what =
      end === 0 ? `there is no window; the head is ${head}` : `the window ends at ${end}; the head is ${head}`
    findings.push({ invariant: 'I10', count: 'other', what, where: `window of job ${jobId}`, at: null })
  }
  return findings
}

/** A window as it was at some moment: each one is a run of the journal at every moment. */
export function checkWindow({ jobId, entries }: WindowRecord, job: JobIndex | undefined): Finding[] {
  const findings: Finding[] = []
  const found = (count: Finding['count'], what: string) =>
    findings.push({ invariant: 'I10', count, what, where: `window of job ${jobId}`, at: null })
  if (entries.length > MOST_ENTRIES) found('other', `${entries.length} entries; ${MOST_ENTRIES} at most`)
  let last: number | null = null
  for (const { id, json } of entries) {
    const seq = Number(/^(\d+)-0$/.exec(id)?.[1] ?? Number.NaN)
    if (last !== null && seq !== last + 1) found('holes', `entry ${id} follows ${last}-0`)
    const stored = job?.events[seq - 1]
    if (stored === undefined) found('other', `entry ${id} is not in the journal`)
    else if (json !== null && eventDigest(JSON.parse(json)) !== stored.digest) {
      found('other', `entry ${id} has other content than the journal`)
    }
    last = seq
  }
  return findings
}
