import { isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Json } from '#domain/events/fields.ts'
import { limits } from '#domain/events/limits.ts'
import { parseStrictJson } from '#domain/events/strictJson.ts'
import { readBody } from '#server/http/readBody.ts'

/** Levels around a payload: the batch, the request, its list of events, the event. */
const ENVELOPE_LEVELS = 4

/** The body as JSON that says the same to every reader (parseStrictJson). Refusals inside an event name its index. */
export async function readJson(request: Request): Promise<Json> {
  return parseJsonText(await readBody(request))
}

export function parseJsonText(text: string): Json {
  try {
    return parseStrictJson(text, limits.depth + ENVELOPE_LEVELS)
  } catch (error) {
    throw isWaybillError(error) ? placeInEvent(error) : error
  }
}

/** `/events/3/payload/text`, in a batched tRPC call `/0/events/3/…`, is `/payload/text` of event 3. */
function placeInEvent(error: WaybillError): WaybillError {
  const [, index, path] = /^(?:\/\d+)?\/events\/(\d+)(\/.*)?$/.exec(error.details.path ?? '') ?? []
  if (index === undefined) return error
  const details = { ...error.details, index: Number(index), path: path ?? '' }
  return new WaybillError(error.code, `Event ${index}: ${error.message}`, { details, cause: error })
}
