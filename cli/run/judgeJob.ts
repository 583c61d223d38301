import { invalidInput } from '#domain/events/invalidInput.ts'
import { jobCreated } from '#domain/events/job.ts'
import type { NewJob } from '#sdk/createClient.ts'

/**
 * Judges a job as the server would, which is away: a record that it will never take is none. Loaded only then: the
 * schemas take 20 MB, and `waybill run` stays in memory for as long as its command runs.
 *
 * @throws WaybillError INVALID_INPUT, UNKNOWN_FIELD
 */
export function judgeJob(job: NewJob): void {
  const { error } = jobCreated.safeParse(job)
  if (error) throw invalidInput(error, { what: 'The job' })
}
