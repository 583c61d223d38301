import { type ErrorCode, isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Problem } from '#domain/job/served.ts'
import { isErrorCode } from '#sdk/wire/reactions.ts'

/** The facts of a refusal that both wires carry: problem details (REST) and `data` (tRPC). */
type Refusal = Partial<Pick<Problem, 'code' | 'detail' | 'index' | 'path' | 'requestId'>>

/**
 * An answer that is no success, as an error. Only what Waybill itself says counts as a verdict: an answer without its
 * problem details comes from something in between (a proxy during a deployment, another server on that port), and
 * events must not be given up because of it. The exception is 413, which a proxy means.
 */
export function refusalError(url: string, response: Response, refusal: Refusal): WaybillError {
  const { status } = response
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'))
  const facts = { status, ...(retryAfterMs !== null && { retryAfterMs }) }
  if (refusal.code === undefined) {
    const code: ErrorCode = status === 413 ? 'BODY_TOO_LARGE' : 'SERVER_UNREACHABLE'
    const message = `${url} answered ${status || 'with a redirect'}, and not as a Waybill server does; check that it is the address of one.`
    return new WaybillError(code, message, { details: facts })
  }
  const { index, path, requestId, detail } = refusal
  const details = {
    ...facts,
    ...(typeof index === 'number' && { index }),
    ...(typeof path === 'string' && { path }),
    ...(typeof requestId === 'string' && { requestId }),
  }
  if (isErrorCode(refusal.code)) return new WaybillError(refusal.code, detail ?? refusal.code, { details })
  // A newer server's code: its status says what to do with it.
  const message = `${detail ?? 'The server refused the request'} (${refusal.code}; a newer client knows this code)`
  return new WaybillError(codeByStatus(status), message, { details: { ...details, serverCode: refusal.code } })
}

function codeByStatus(status: number): ErrorCode {
  if (status >= 500 || status === 429 || status === 408) return 'UNAVAILABLE'
  if (status === 401) return 'UNAUTHENTICATED'
  if (status === 403) return 'FORBIDDEN'
  if (status === 404) return 'NOT_FOUND'
  return 'INVALID_INPUT'
}

/** Problem details (RFC 9457) of a REST answer. */
export async function readProblem(url: string, response: Response): Promise<WaybillError> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
  const body: unknown = isProblem ? await response.json().catch(() => ({})) : await discard(response)
  return refusalError(url, response, isRecord(body) ? (body as Refusal) : {})
}

/** The request got no answer. */
export function noAnswer(url: string, cause: unknown): WaybillError {
  if (isWaybillError(cause)) return cause
  return new WaybillError(
    'SERVER_UNREACHABLE',
    `No answer from ${url} (${reasonOf(cause)}); check that Waybill runs there.`,
    { cause },
  )
}

/** Milliseconds to wait; RFC 9110 §10.2.3 allows seconds and a date. */
export function readRetryAfter(value: string | null, now: number = Date.now()): number | null {
  if (value === null) return null
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** fetch says only "fetch failed"; why is in its cause (ECONNREFUSED, ENOTFOUND …). */
function reasonOf(cause: unknown): string {
  if (!isRecord(cause)) return 'no connection'
  // Its own text, "This operation was aborted", is about us.
  if (cause.name === 'AbortError') return 'not in time'
  const inner = isRecord(cause.cause) ? cause.cause : cause
  for (const text of [inner.code, inner.message, cause.message]) {
    if (typeof text === 'string' && text !== '') return text.slice(0, 200)
  }
  return 'no connection'
}

async function discard(response: Response): Promise<null> {
  await response.body?.cancel().catch(() => {})
  return null
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
