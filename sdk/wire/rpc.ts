import { createTRPCClient, httpLink, type TRPCClient, TRPCClientError } from '@trpc/client'
import { isWaybillError, type WaybillError } from '#domain/errors.ts'
import { isRecord, noAnswer, refusalError } from '#sdk/wire/problem.ts'
import type { AppRouter } from '#server/api/router.ts'

export type Server = {
  /** without a slash at its end */
  url: string
  /** absent in a browser whose session cookie speaks for it */
  key: string | undefined
  fetch: typeof fetch
}

export type Rpc = TRPCClient<AppRouter>

/** Waybill's procedures, typed by the server's own router. Calls reject with tRPC's error: see `toWaybillError`. */
export function openRpc(server: Server): Rpc {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${server.url}/api/trpc`,
        headers: authorization(server.key),
        // tRPC would read a proxy's HTML as JSON and name only the parser's complaint.
        fetch: async (input, init) => {
          const response = await server.fetch(input as RequestInfo, { ...(init as RequestInit), redirect: 'manual' })
          if (response.headers.get('content-type')?.startsWith('application/json')) return response
          await response.body?.cancel()
          throw refusalError(server.url, response, {})
        },
      }),
    ],
  })
}

export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}

/** Whatever a call threw, as Waybill's one error. */
export function toWaybillError(url: string, thrown: unknown): WaybillError {
  if (isWaybillError(thrown)) return thrown
  if (!(thrown instanceof TRPCClientError)) return noAnswer(url, thrown)
  if (isWaybillError(thrown.cause)) return thrown.cause
  const data: unknown = thrown.data
  const response: unknown = thrown.meta?.response
  if (isRecord(data) && typeof data.code === 'string' && response instanceof Response) {
    return refusalError(url, response, data)
  }
  return noAnswer(url, thrown.cause ?? thrown)
}
