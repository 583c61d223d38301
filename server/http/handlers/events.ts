import { WaybillError } from '#domain/errors.ts'
import { emitEvents, parseEmit } from '#server/api/emitEvents.ts'
import { getEvent } from '#server/api/getEvent.ts'
import { eventInput, listEventsInput } from '#server/api/inputs.ts'
import { listEvents } from '#server/api/listEvents.ts'
import { parseInput } from '#server/api/parseInput.ts'
import { readJson } from '#server/http/readJson.ts'
import { readListParameter, readParameter, readSeqParameter } from '#server/http/readQuery.ts'
import type { KnownCall } from '#server/http/route.ts'

/** `{events, expectedSeq?}`, as events.emit. */
export async function postEvents({ request, params, context }: KnownCall): Promise<Response> {
  const body = await readJson(request)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new WaybillError('INVALID_INPUT', 'The body must be an object: {"events": […]}.')
  }
  return Response.json(await emitEvents(context, parseEmit({ ...body, jobId: params.jobId })))
}

/** A page of events, spliced from the JSON they are stored as: parsing and printing it would cost more than the query. */
export async function getEvents({ url, params, context }: KnownCall): Promise<Response> {
  const input = parseInput(listEventsInput, {
    jobId: params.jobId,
    after: readSeqParameter(url, 'after'),
    before: readSeqParameter(url, 'before'),
    limit: readSeqParameter(url, 'limit'),
    types: readListParameter(url, 'types'),
    stepId: readParameter(url, 'stepId'),
  })
  const { events, next, head } = await listEvents(context, input)
  const body = `{"events":[${events.map((event) => event.json).join(',')}],"next":${next},"head":${head}}`
  const end = input.before === undefined ? head : Math.min(head, input.before - 1)
  return new Response(body, {
    headers: { 'content-type': 'application/json', ...(next < end && { link: linkToNext(url, next) }) },
  })
}

/** One event, as it is stored. */
export async function getOneEvent({ params, context }: KnownCall): Promise<Response> {
  const input = parseInput(eventInput, { jobId: params.jobId, event: params.event })
  const { json } = await getEvent(context, input)
  return new Response(json, { headers: { 'content-type': 'application/json' } })
}

/** RFC 8288 */
function linkToNext(url: URL, next: number): string {
  const query = new URLSearchParams(url.searchParams)
  query.set('after', String(next))
  return `<${url.pathname}?${query}>; rel="next"`
}
