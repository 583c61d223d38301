import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WaybillError } from '#domain/errors.ts'
import { problemOf, problemResponse } from '#server/errors.ts'

/** A target or a Host header that is none: parsed as HTTP, but no request can be made of it. */
export function refuseMalformed(): Response {
  const requestId = randomUUID()
  const response = problemResponse(malformed('The request line or the Host header is malformed.'), requestId)
  response.headers.set('x-request-id', requestId)
  return response
}

/** What Node's parser cannot go on with, by its code; everything else is 400. */
const known: Record<string, { status?: number; error: WaybillError }> = {
  HPE_INVALID_EOF_STATE: {
    error: new WaybillError('BODY_INCOMPLETE', 'The connection was closed before the whole body had arrived.'),
  },
  HPE_HEADER_OVERFLOW: { status: 431, error: malformed('The headers are larger than 16 KiB.') },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, error: malformed('The request took too long to arrive.') },
}

/**
 * Answers on a connection whose bytes are no HTTP (any more), in place of Node's answer without a code, and closes it.
 * Whatever was asked on it before and is not answered yet goes unanswered: where one message ends is not known.
 */
export function answerMalformed(error: Error, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy()
  const code = 'code' in error ? String(error.code) : ''
  const { status = 400, error: refusal } = known[code] ?? { error: malformed('The request is not valid HTTP/1.1.') }
  const requestId = randomUUID()
  const body = JSON.stringify({ ...problemOf(refusal, requestId), status })
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function malformed(detail: string): WaybillError {
  return new WaybillError('INVALID_INPUT', detail)
}
