import type { inferRouterOutputs } from '@trpc/server'
import { WaybillError } from '#domain/errors.ts'
import { isRecord, noAnswer, readProblem } from '#sdk/wire/problem.ts'
import { authorization, type Server } from '#sdk/wire/server.ts'
import type { AppRouter } from '#server/api/router.ts'

type EmitAnswer = inferRouterOutputs<AppRouter>['events']['emit']

export type EmitRequest = {
  jobId: string
  /** lower case, in the order of `texts` */
  ids: readonly string[]
  /** each draft as JSON text, id included: frozen when it was emitted, so that a repeated request is the same request */
  texts: readonly string[]
  expectedSeq?: number | undefined
}

/**
 * Sends events of one job in one request: recorded whole or not at all. Through the REST route, because tRPC's client
 * would turn every draft into JSON a second time.
 *
 * @throws WaybillError with what the server said, or SERVER_UNREACHABLE when it is unknown whether they were recorded
 */
export async function emitEvents(server: Server, request: EmitRequest, signal: AbortSignal): Promise<EmitAnswer> {
  const { jobId, texts, expectedSeq } = request
  const condition = expectedSeq === undefined ? '' : `,"expectedSeq":${expectedSeq}`
  let response: Response
  try {
    response = await server.fetch(`${server.url}/runner-jobs/${encodeURIComponent(jobId)}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization(server.key) },
      body: `{"events":[${texts.join(',')}]${condition}}`,
      // A followed redirect turns POST into GET, and the answer to that would look like an acknowledgement.
      redirect: 'manual',
      signal,
    })
  } catch (cause) {
    throw noAnswer(server.url, signal.aborted ? signal.reason : cause)
  }
  if (!response.ok) throw await readProblem(server.url, response)
  const answer: unknown = await response.json().catch((cause) => {
    throw noAnswer(server.url, signal.aborted ? signal.reason : cause)
  })
  if (!acknowledges(answer, request.ids)) {
    throw new WaybillError(
      'SERVER_UNREACHABLE',
      `${server.url} answered ${response.status} without acknowledging the events; check that it is the address of a Waybill server.`,
      { details: { status: response.status } },
    )
  }
  return answer
}

/** A 200 is not enough: a proxy's login page is one too. */
function acknowledges(answer: unknown, ids: readonly string[]): answer is EmitAnswer {
  if (!isRecord(answer) || !Array.isArray(answer.results) || answer.results.length !== ids.length) return false
  return answer.results.every(
    (result, index) => isRecord(result) && typeof result.id === 'string' && result.id.toLowerCase() === ids[index],
  )
}
