import { type ErrorCode, isWaybillError, WaybillError } from '#domain/errors.ts'
import type { Problem } from '#domain/job/served.ts'

type Entry = { status: number; title: string }

/** How each code is answered over HTTP and tRPC. A code without an entry does not compile. */
export const errorTable: Record<ErrorCode, Entry> = {
  INVALID_JSON: { status: 400, title: 'Not valid JSON' },
  INVALID_INPUT: { status: 400, title: 'Invalid input' },
  UNKNOWN_FIELD: { status: 400, title: 'Unknown field' },
  UNKNOWN_EVENT_TYPE: { status: 400, title: 'Unknown event type' },
  JOB_CREATED_RESERVED: { status: 400, title: 'job.created is reserved' },
  DUPLICATE_EVENT_ID: { status: 400, title: 'Event id twice in one request' },
  DUPLICATE_KEY: { status: 400, title: 'Key twice in one object' },
  FORBIDDEN_KEY: { status: 400, title: 'Forbidden key' },
  UNSAFE_NUMBER: { status: 400, title: 'Number that JSON would change' },
  NUL_CHARACTER: { status: 400, title: 'NUL in a string' },
  LONE_SURROGATE: { status: 400, title: 'Lone surrogate in a string' },
  TOO_DEEP: { status: 400, title: 'Nested too deep' },
  BODY_TOO_LARGE: { status: 413, title: 'Body too large' },
  BODY_INCOMPLETE: { status: 400, title: 'Body ended early' },
  TOO_MANY_EVENTS: { status: 413, title: 'Too many events' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload too large' },
  TEXT_TOO_LARGE: { status: 413, title: 'Text too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  JOB_CLOSED: { status: 409, title: 'Job is closed' },
  JOB_RUNNING: { status: 409, title: 'Job is running' },
  JOB_NOT_RUNNING: { status: 409, title: 'Job is not running' },
  STEP_OPEN: { status: 409, title: 'Step is open' },
  STEP_CLOSED: { status: 409, title: 'Step is closed' },
  STEP_CYCLE: { status: 409, title: 'Steps would form a cycle' },
  GATE_OPEN: { status: 409, title: 'Gate is open' },
  GATE_CLOSED: { status: 409, title: 'Gate is closed' },
  TOO_MANY_PARTS: { status: 409, title: 'Too many steps and gates' },
  EVENT_ID_REUSED: { status: 409, title: 'Event id used for other content' },
  REQUEST_ID_REUSED: { status: 409, title: 'Request id used for another job' },
  SEQ_MISMATCH: { status: 409, title: 'Head is not the expected one' },
  CURSOR_AHEAD: { status: 409, title: 'Cursor is beyond the head' },
  BUSY: { status: 503, title: 'Job is busy' },
  UNAVAILABLE: { status: 503, title: 'Not available at the moment' },
  TOO_MANY_STREAMS: { status: 503, title: 'Too many streams' },
  INVALID_QUERY: { status: 400, title: 'Not a filter' },
  SEARCH_TOO_SLOW: { status: 422, title: 'Search took too long' },
  TOO_MANY_SEARCHES: { status: 503, title: 'Too many searches' },
  UNAUTHENTICATED: { status: 401, title: 'No valid key or session' },
  FORBIDDEN: { status: 403, title: 'Scope is missing' },
  ORIGIN_REFUSED: { status: 403, title: 'Origin refused' },
  LOGIN_TOKEN_INVALID: { status: 401, title: 'Login link is not valid' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  BAD_SETTING: { status: 500, title: 'Bad setting' },
  DATA_DIR_IN_USE: { status: 500, title: 'Data directory in use' },
  DATA_DIR_UNUSABLE: { status: 500, title: 'Data directory unusable' },
  PORT_IN_USE: { status: 500, title: 'Port in use' },
  DATABASE_UNREACHABLE: { status: 503, title: 'Database unreachable' },
  DATABASE_UNSUITABLE: { status: 500, title: 'Database unsuitable' },
  VALKEY_UNSUITABLE: { status: 500, title: 'Valkey unsuitable' },
  SERVER_UNREACHABLE: { status: 502, title: 'Server unreachable' },
  BUFFER_FULL: { status: 503, title: 'Buffer full' },
  INTERNAL: { status: 500, title: 'Internal error' },
}

/** Codes that start and its surroundings name: their text speaks of paths and settings, which is not for clients. */
const operatorCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'BAD_SETTING',
  'DATA_DIR_IN_USE',
  'DATA_DIR_UNUSABLE',
  'PORT_IN_USE',
  'DATABASE_UNREACHABLE',
  'DATABASE_UNSUITABLE',
  'VALKEY_UNSUITABLE',
])

/** Seconds until a 503 is worth another try (RFC 9110 §10.2.3): a stream has to end before there is room for another. */
export function retryAfterOf(code: ErrorCode): number {
  return code === 'TOO_MANY_STREAMS' ? 5 : 1
}

/**
 * Any thrown value as an error that may leave the process: a refusal as it is, a lost database as UNAVAILABLE, everything
 * else as INTERNAL without its text, which may quote parameters.
 */
export function toServedError(thrown: unknown): WaybillError {
  if (isWaybillError(thrown) && !operatorCodes.has(thrown.code)) return thrown
  if (isLostDatabase(thrown) || (isWaybillError(thrown) && thrown.code === 'DATABASE_UNREACHABLE')) {
    return new WaybillError('UNAVAILABLE', 'The database cannot be reached at the moment; try again shortly.', {
      cause: thrown,
    })
  }
  return new WaybillError('INTERNAL', 'Something went wrong on the server; its log names this request.', {
    cause: thrown,
  })
}

export function problemOf(error: WaybillError, requestId: string): Problem {
  const { status, title } = errorTable[error.code]
  const { index, path } = error.details
  return {
    type: `urn:waybill:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(index !== undefined && { index }),
    ...(path !== undefined && { path }),
  }
}

/** Problem details, RFC 9457. */
export function problemResponse(error: WaybillError, requestId: string): Response {
  const problem = problemOf(error, requestId)
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...extraHeaders(error, problem.status),
    },
  })
}

function extraHeaders(error: WaybillError, status: number): Record<string, string> {
  if (status === 503) return { 'retry-after': String(retryAfterOf(error.code)) }
  // RFC 9110 §11.6.1: a 401 names how to authenticate.
  if (error.code === 'UNAUTHENTICATED') return { 'www-authenticate': 'Bearer realm="waybill"' }
  // RFC 9110 §15.5.6: a 405 lists what is allowed.
  const { allow } = error.details
  return error.code === 'METHOD_NOT_ALLOWED' && typeof allow === 'string' ? { allow } : {}
}

/** Codes of postgres.js and of sockets; SQLSTATE classes 08 (connection), 53 (resources), 57 (operator intervention). */
const lostCodes =
  /^(CONNECTION_\w+|CONNECT_TIMEOUT|E(CONN\w+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|(08|53)\w{3}|57(P0[1-5]|014)|25006)$/

/** Whether this says, itself or by what caused it, that there is no connection to PostgreSQL, or none that can write. */
export function isLostDatabase(thrown: unknown): boolean {
  for (let error = thrown, depth = 0; typeof error === 'object' && error !== null && depth < 5; depth++) {
    const { code, cause } = error as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && lostCodes.test(code)) return true
    error = cause
  }
  return false
}
