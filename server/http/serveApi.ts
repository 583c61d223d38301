import { randomUUID } from 'node:crypto'
import { type ErrorCode, WaybillError } from '#domain/errors.ts'
import { requireScope } from '#server/api/procedures.ts'
import { checkOrigin } from '#server/auth/originCheck.ts'
import { errorTable, problemResponse, retryAfterOf, toServedError } from '#server/errors.ts'
import { compileRoutes } from '#server/http/matchRoute.ts'
import type { Call, Route } from '#server/http/route.ts'
import { routes } from '#server/http/routes.ts'
import { services } from '#server/services.ts'

const matchRoute = compileRoutes(routes)

/** First segments of all that is not a page. */
const prefixes = new Set(['api', 'runner-jobs', ...routes.map((route) => route.path.split('/')[1] ?? '')])

/** True if this path is answered here and never by the pages. */
export function isApiPath(pathname: string): boolean {
  return prefixes.has(pathname.split('/', 2)[1] ?? '')
}

/**
 * Answers everything that is not a page: one function, mounted in server/main.ts and exported by the route handlers
 * under app/. Never rejects.
 */
export async function serveApi(request: Request): Promise<Response> {
  const requestId = randomUUID()
  const url = new URL(request.url)
  const match = matchRoute(url.pathname)
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = match?.routes.find((candidate) => candidate.method === method)
  let response: Response
  try {
    if (!match) throw new WaybillError('NOT_FOUND', `There is nothing at ${url.pathname.slice(0, 200)}.`)
    if (!route) throw wrongMethod(request.method, match.routes)
    response = await runRoute(route, { request, url, params: match.params, requestId, services })
  } catch (thrown) {
    response = await refuse(thrown, { route, request, url, requestId })
  }
  if (request.method === 'HEAD') response = withoutBody(response)
  return withCommonHeaders(response, requestId)
}

async function runRoute(route: Route, call: Call): Promise<Response> {
  const { request, requestId } = call
  if (route.method !== 'GET') checkOrigin(request, (await call.services()).env.publicUrl)
  if (route.access === 'public') return route.handle(call)
  const opened = await call.services()
  const principal = await opened.auth.authenticate(request.headers)
  if (route.access !== 'known') requireScope(principal.scopes, route.access)
  return route.handle({ ...call, context: { services: opened, principal, headers: request.headers, requestId } })
}

type Refusal = { route: Route | undefined; request: Request; url: URL; requestId: string }

/** What a crowd is told at the door: a line for each would be the next thing to run full. */
const fullHouse: ReadonlySet<ErrorCode> = new Set(['TOO_MANY_STREAMS', 'TOO_MANY_SEARCHES'])

async function refuse(thrown: unknown, { route, request, url, requestId }: Refusal): Promise<Response> {
  const error = toServedError(thrown)
  const opened = await services().catch(() => null)
  opened?.requests.refused(error.code)
  if (errorTable[error.code].status >= 500 && !fullHouse.has(error.code)) {
    opened?.log.error(
      'a request failed',
      { requestId, method: request.method, path: url.pathname, code: error.code },
      thrown,
    )
  }
  return route?.refuse?.(error, requestId, request) ?? problemResponse(error, requestId)
}

function wrongMethod(method: string, known: readonly Route[]): WaybillError {
  const allow = known.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method])).join(', ')
  return new WaybillError('METHOD_NOT_ALLOWED', `${method.slice(0, 20)} is not possible here; ${allow} is.`, {
    details: { allow },
  })
}

function withoutBody(response: Response): Response {
  response.body?.cancel().catch(() => {})
  return new Response(null, { status: response.status, headers: response.headers })
}

/** Answers may hold what only this caller may see, and are no pages: nothing caches, frames or executes them. */
function withCommonHeaders(response: Response, requestId: string): Response {
  const { headers } = response
  headers.set('x-request-id', requestId)
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  // Also where tRPC answers for us.
  if (response.status === 503 && !headers.has('retry-after')) headers.set('retry-after', String(retryAfterOf('BUSY')))
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return response
}
