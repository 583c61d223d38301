import { WaybillError } from '#domain/errors.ts'

/** The same answer for a job that is unknown and one that is somebody else's. */
export function noSuchJob(jobId: string): WaybillError {
  return new WaybillError('NOT_FOUND', `There is no job ${jobId}.`)
}
