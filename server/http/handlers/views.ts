import { createHash } from 'node:crypto'
import { countsInput, lineOfSeqInput, linePageInput, viewInput } from '#server/api/inputs.ts'
import { parseInput, parsePage } from '#server/api/parseInput.ts'
import { countJob, findLine, getLinePage, viewJob } from '#server/api/viewJob.ts'
import { readParameter, readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'

/** JobOutline, its events spliced from JSON. */
export async function getOutline({ url, params, context }: KnownCall): Promise<Response> {
  const input = parseInput(viewInput, { jobId: params.jobId, after: readSeqParameter(url, 'after') })
  const { events, ...rest } = await viewJob(context, input)
  const body = `${JSON.stringify(rest).slice(0, -1)},"events":[${events.join(',')}]}`
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}

export async function getCounts({ url, params, context }: KnownCall): Promise<Response> {
  const input = parseInput(countsInput, { jobId: params.jobId, buckets: readSeqParameter(url, 'buckets') })
  return Response.json(await countJob(context, input))
}

export async function getLineOfSeq({ url, params, context }: KnownCall): Promise<Response> {
  const input = parseInput(lineOfSeqInput, { jobId: params.jobId, seq: readSeqParameter(url, 'seq') })
  return Response.json(await findLine(context, input))
}

/**
 * A full page never changes within the history that the database holds, so whoever names the history need not ask for it
 * again; anything else is asked for by its tag.
 */
export async function getLines({ request, url, params, context }: KnownCall): Promise<Response> {
  const epoch = readParameter(url, 'epoch')
  const input = parseInput(linePageInput, { jobId: params.jobId, page: parsePage(params.page ?? ''), epoch })
  const { page, isForEver } = await getLinePage(context, input)
  const body = JSON.stringify(page)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = {
    etag,
    'cache-control': isForEver ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    // Another session of the same browser may belong to somebody who must not see it.
    vary: 'authorization, cookie',
  }
  if (isKnown(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  return new Response(body, { headers: { ...headers, 'content-type': 'application/json' } })
}

/** RFC 9110 §13.1.2: `*`, or a list of tags of which one is the same, weak or not. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false
  return ifNoneMatch.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
}
