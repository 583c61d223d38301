import type { z } from 'zod'
import type { WaybillError } from '#domain/errors.ts'
import type { Context } from '#server/api/context.ts'
import type { Scope } from '#server/auth/principal.ts'
import type { Services } from '#server/services.ts'

/** One request on its way to a handler. */
export type Call = {
  request: Request
  url: URL
  /** what stands for `:name` in the route's path, decoded */
  params: Record<string, string>
  requestId: string
  services(): Promise<Services>
}

/** The same once it is known who calls. */
export type KnownCall = Call & { context: Context }

export type Method = 'GET' | 'POST' | 'DELETE'

/** What /openapi.json says of a route. */
export type RouteDocs = {
  summary: string
  query?: Record<string, { description: string; schema?: z.ZodType }>
  body?: z.ZodType
  /** media type and content of the answers that are no problem, by status */
  answers: Record<number, { description: string; mediaType?: string; schema?: z.ZodType }>
}

type RouteBase = {
  method: Method
  /** segments, `:name` for a parameter */
  path: string
  docs: RouteDocs
  /** how this route says no; default: problem details */
  refuse?(error: WaybillError, requestId: string, request: Request): Response
}

/**
 * A route says who may call it. `public` handlers get no principal, all others cannot be reached without one: a handler
 * cannot forget to ask.
 */
export type Route = RouteBase &
  (
    | { access: 'public'; handle(call: Call): Promise<Response> | Response }
    | { access: 'known' | Scope; handle(call: KnownCall): Promise<Response> | Response }
  )
