import type { TRPCError } from '@trpc/server'
import { type TRPC_ERROR_CODE_KEY, TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import { type ErrorCode, isWaybillError, WaybillError } from '#domain/errors.ts'
import { errorTable, toServedError } from '#server/errors.ts'

/** What a tRPC client sees of an error: `data.code` is Waybill's own, the same as in REST problem details. */
export type ErrorShape = {
  message: string
  /** JSON-RPC's number; tRPC's clients come back by themselves after -32603 */
  code: (typeof TRPC_ERROR_CODES_BY_KEY)[TRPC_ERROR_CODE_KEY]
  data: {
    code: ErrorCode
    httpStatus: number
    detail: string
    requestId: string
    index?: number
    path?: string
  }
}

const keyByStatus: Record<number, TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

export function errorShape(error: WaybillError, requestId: string): ErrorShape {
  const { status } = errorTable[error.code]
  const { index, path } = error.details
  return {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[keyByStatus[status] ?? 'INTERNAL_SERVER_ERROR'],
    data: {
      code: error.code,
      httpStatus: status,
      detail: error.message,
      requestId,
      ...(index !== undefined && { index }),
      ...(path !== undefined && { path }),
    },
  }
}

/** What tRPC itself refuses; its texts name procedures and methods, nothing of the input. */
const codeByKey: Partial<Record<TRPC_ERROR_CODE_KEY, ErrorCode>> = {
  BAD_REQUEST: 'INVALID_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  METHOD_NOT_SUPPORTED: 'METHOD_NOT_ALLOWED',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
}

/** Ours are inside as `cause`; tRPC wraps whatever a procedure throws. */
export function unwrapError(error: TRPCError): WaybillError {
  if (error.cause !== undefined) return toServedError(error.cause)
  if (isWaybillError(error)) return error
  const code = codeByKey[error.code]
  return code === undefined ? toServedError(error) : new WaybillError(code, error.message)
}
