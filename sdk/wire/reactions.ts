import type { ErrorCode, WaybillError } from '#domain/errors.ts'

/**
 * What a refusal means for a request that carries events.
 *
 * - `again`: passing; the same request is repeated with the same ids
 * - `event`: one event is at fault; it is refused and the rest sent again
 * - `rest`: this event and every later one of its job can never be recorded
 * - `narrow`: the request is too much as a whole; it is cut into smaller ones
 * - `unclear`: the server cannot say what went wrong; repeated a few times, then cut smaller until the culprit is alone
 * - `job`: nothing of this caller's will be taken for this job, whatever it holds
 */
export type Reaction = 'again' | 'event' | 'rest' | 'narrow' | 'unclear' | 'job'

/** A code without an entry does not compile. */
const reactions: Record<ErrorCode, Reaction> = {
  INVALID_JSON: 'event',
  INVALID_INPUT: 'event',
  UNKNOWN_FIELD: 'event',
  UNKNOWN_EVENT_TYPE: 'event',
  JOB_CREATED_RESERVED: 'event',
  DUPLICATE_EVENT_ID: 'event',
  DUPLICATE_KEY: 'event',
  FORBIDDEN_KEY: 'event',
  UNSAFE_NUMBER: 'event',
  NUL_CHARACTER: 'event',
  LONE_SURROGATE: 'event',
  TOO_DEEP: 'event',
  BODY_TOO_LARGE: 'narrow',
  BODY_INCOMPLETE: 'again',
  TOO_MANY_EVENTS: 'narrow',
  PAYLOAD_TOO_LARGE: 'event',
  TEXT_TOO_LARGE: 'event',
  UNSUPPORTED_MEDIA_TYPE: 'job',
  METHOD_NOT_ALLOWED: 'job',
  JOB_CLOSED: 'rest',
  JOB_RUNNING: 'event',
  JOB_NOT_RUNNING: 'event',
  STEP_OPEN: 'event',
  STEP_CLOSED: 'event',
  STEP_CYCLE: 'event',
  GATE_OPEN: 'event',
  GATE_CLOSED: 'event',
  TOO_MANY_PARTS: 'event',
  EVENT_ID_REUSED: 'event',
  REQUEST_ID_REUSED: 'job',
  SEQ_MISMATCH: 'job',
  CURSOR_AHEAD: 'job',
  BUSY: 'again',
  UNAVAILABLE: 'again',
  TOO_MANY_STREAMS: 'again',
  INVALID_QUERY: 'job',
  SEARCH_TOO_SLOW: 'job',
  TOO_MANY_SEARCHES: 'again',
  UNAUTHENTICATED: 'job',
  FORBIDDEN: 'job',
  ORIGIN_REFUSED: 'job',
  LOGIN_TOKEN_INVALID: 'job',
  NOT_FOUND: 'job',
  BAD_SETTING: 'job',
  DATA_DIR_IN_USE: 'job',
  DATA_DIR_UNUSABLE: 'job',
  PORT_IN_USE: 'job',
  DATABASE_UNREACHABLE: 'again',
  DATABASE_UNSUITABLE: 'job',
  VALKEY_UNSUITABLE: 'job',
  SERVER_UNREACHABLE: 'again',
  BUFFER_FULL: 'again',
  INTERNAL: 'unclear',
}

export function reactionTo(error: WaybillError): Reaction {
  return reactions[error.code]
}

/** A code of this version; a newer server may know more. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(reactions, text)
}
