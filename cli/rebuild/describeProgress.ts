import type { RebuildProgress } from '#domain/job/served.ts'

/** How far it is, as one line for a person. */
export function describeProgress({ jobId, jobs, ofJobs, events, ofEvents }: RebuildProgress): string {
  const inJob = ofEvents === 0 ? '' : `, event ${thousands(events)} of ${thousands(ofEvents)} of ${jobId}`
  return `${thousands(jobs)} of ${ofJobs === 1 ? '1 job' : `${thousands(ofJobs)} jobs`}${inJob}`
}

function thousands(count: number): string {
  return count.toLocaleString('en')
}
