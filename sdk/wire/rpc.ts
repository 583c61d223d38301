import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { WaybillError } from '#domain/errors.ts'
import { isRecord, noAnswer, refusalError } from '#sdk/wire/problem.ts'
import { authorization, type Server } from '#sdk/wire/server.ts'
import type { AppRouter } from '#server/api/router.ts'

type Inputs = inferRouterInputs<AppRouter>
type Outputs = inferRouterOutputs<AppRouter>
type Family = keyof Inputs & keyof Outputs
/** `jobs.get` and all others, as the server's own router has them. */
export type Procedure = { [F in Family]: `${F}.${keyof Inputs[F] & keyof Outputs[F] & string}` }[Family]
export type InputOf<P extends Procedure> = P extends `${infer F extends Family}.${infer N}`
  ? N extends keyof Inputs[F]
    ? Inputs[F][N]
    : never
  : never
export type OutputOf<P extends Procedure> = P extends `${infer F extends Family}.${infer N}`
  ? N extends keyof Outputs[F]
    ? Outputs[F][N]
    : never
  : never

/**
 * Calls a procedure (tRPC over HTTP, one request a call, plain JSON). Not through tRPC's own client, which would put a
 * TypeScript compiler among the packages of everyone who installs this one.
 *
 * @throws WaybillError
 */
export async function callProcedure<P extends Procedure>(
  server: Server,
  kind: 'query' | 'mutation',
  { procedure, input, signal }: { procedure: P; input?: InputOf<P>; signal: AbortSignal },
): Promise<OutputOf<P>> {
  const text = input === undefined ? undefined : JSON.stringify(input)
  const query = kind === 'query' && text !== undefined ? `?input=${encodeURIComponent(text)}` : ''
  let response: Response
  let answer: unknown
  try {
    response = await server.fetch(`${server.url}/api/trpc/${procedure}${query}`, {
      redirect: 'manual',
      signal,
      ...(kind === 'query'
        ? { headers: authorization(server.key) }
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...authorization(server.key) },
            body: text ?? '',
          }),
    })
    answer = await readAnswer(response)
  } catch (cause) {
    throw noAnswer(server.url, signal.aborted ? signal.reason : cause)
  }
  if (response.ok && isRecord(answer) && isRecord(answer.result)) return answer.result.data as OutputOf<P>
  throw readRefusal(server.url, response, answer)
}

/** null for what is no JSON: then something else than Waybill has answered. */
async function readAnswer(response: Response): Promise<unknown> {
  if (response.headers.get('content-type')?.startsWith('application/json')) return response.json()
  await response.body?.cancel()
  return null
}

function readRefusal(url: string, response: Response, answer: unknown): WaybillError {
  const error = isRecord(answer) && isRecord(answer.error) ? answer.error : {}
  return refusalError(url, response, isRecord(error.data) ? error.data : {})
}
