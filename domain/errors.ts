/**
 * Every refusal and failure Waybill can name. Closed: each surface (HTTP, tRPC, CLI exit code) keeps one table keyed by
 * this union, which does not compile when a code is missing. Codes are stable; messages may improve.
 */
export type ErrorCode =
  // the request itself
  | 'INVALID_JSON'
  | 'INVALID_INPUT'
  | 'UNKNOWN_FIELD'
  | 'UNKNOWN_EVENT_TYPE'
  | 'JOB_CREATED_RESERVED'
  | 'DUPLICATE_EVENT_ID'
  | 'DUPLICATE_KEY'
  | 'FORBIDDEN_KEY'
  | 'UNSAFE_NUMBER'
  | 'NUL_CHARACTER'
  | 'LONE_SURROGATE'
  | 'TOO_DEEP'
  | 'BODY_TOO_LARGE'
  | 'BODY_INCOMPLETE'
  | 'TOO_MANY_EVENTS'
  | 'PAYLOAD_TOO_LARGE'
  | 'TEXT_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'METHOD_NOT_ALLOWED'
  // the state of the job (design: one pure reducer decides)
  | 'JOB_CLOSED'
  | 'JOB_RUNNING'
  | 'JOB_NOT_RUNNING'
  | 'STEP_OPEN'
  | 'STEP_CLOSED'
  | 'STEP_CYCLE'
  | 'GATE_OPEN'
  | 'GATE_CLOSED'
  | 'TOO_MANY_PARTS'
  // the journal
  | 'EVENT_ID_REUSED'
  | 'REQUEST_ID_REUSED'
  | 'SEQ_MISMATCH'
  | 'CURSOR_AHEAD'
  | 'BUSY'
  | 'UNAVAILABLE'
  | 'TOO_MANY_STREAMS'
  // search
  | 'INVALID_QUERY'
  | 'SEARCH_TOO_SLOW'
  | 'TOO_MANY_SEARCHES'
  // who calls
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'ORIGIN_REFUSED'
  | 'LOGIN_TOKEN_INVALID'
  | 'NOT_FOUND'
  // start and surroundings
  | 'BAD_SETTING'
  | 'DATA_DIR_IN_USE'
  | 'DATA_DIR_UNUSABLE'
  | 'PORT_IN_USE'
  | 'DATABASE_UNREACHABLE'
  | 'DATABASE_UNSUITABLE'
  | 'VALKEY_UNSUITABLE'
  | 'SERVER_UNREACHABLE'
  | 'BUFFER_FULL'
  | 'INTERNAL'

/** Where in the request the error lies: the offending event's position (0-based) and the path inside it. */
export type ErrorDetails = {
  index?: number
  path?: string
  [fact: string]: string | number | boolean | null | undefined
}

const brand = Symbol.for('waybill.error')

/**
 * The one error class. The server loads its modules up to three times (process, route bundle, page bundle), so it is
 * recognised by `isWaybillError`, never by instanceof.
 */
export class WaybillError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  readonly [brand] = true

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WaybillError'
    this.code = code
    this.details = options.details ?? {}
  }
}

export function isWaybillError(error: unknown): error is WaybillError {
  return typeof error === 'object' && error !== null && brand in error
}
