import { WaybillError } from '#domain/errors.ts'

/**
 * The job that an id or the address of its page names. The key goes to the configured server only: a link somebody
 * sent must not be able to collect it.
 *
 * @throws WaybillError INVALID_INPUT, BAD_SETTING if the link leads to another server
 */
export function readJobAddress(text: string, serverUrl: string): string {
  if (!URL.canParse(text)) {
    if (/^[\w-]+$/.test(text)) return text
    throw new WaybillError('INVALID_INPUT', `"${text}" is no job: give its id, or the address of its page.`)
  }
  const url = new URL(text)
  const [, base = '', jobId] = /^(.*)\/jobs\/([\w-]+)(?:\/|$)/.exec(`${url.origin}${url.pathname}`) ?? []
  if (jobId === undefined) {
    throw new WaybillError(
      'INVALID_INPUT',
      `${text} is not the address of a job, which looks like ${serverUrl}/jobs/<id>.`,
    )
  }
  if (base === serverUrl) return jobId
  throw new WaybillError(
    'BAD_SETTING',
    `That job is at ${base}, but this is set up for ${serverUrl}: set WAYBILL_URL=${base} (and its WAYBILL_KEY) if you trust it.`,
  )
}

export function jobUrl(serverUrl: string, jobId: string): string {
  return `${serverUrl}/jobs/${jobId}`
}
