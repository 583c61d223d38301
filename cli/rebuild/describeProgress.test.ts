import { expect, test } from 'vitest'
import { describeProgress } from '#cli/rebuild/describeProgress.ts'

test('says how many jobs are done, and how far the one under way is', () => {
  const progress = { jobId: 'j', jobs: 1, ofJobs: 1200, events: 20_000, ofEvents: 1_000_000 }
  expect(describeProgress(progress)).toBe('1 of 1,200 jobs, event 20,000 of 1,000,000 of j')
  expect(describeProgress({ ...progress, jobs: 1, ofJobs: 1, events: 0, ofEvents: 0 })).toBe('1 of 1 job')
})
