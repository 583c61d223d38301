import { randomUUID } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
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

/** RFC 9112 §3.2: with several, whoever stands before us may have looked at another one. HTTP/1.0 may do without. */
export function hasOneHost({ rawHeaders, httpVersionMinor }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0)
}

export function refuseHost(response: ServerResponse): void {
  answer(response, 400, malformed('A request names its host once (RFC 9112 §3.2).'))
}

/** Next answers 500 to a path that it cannot decode. */
export function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

export function refusePath(response: ServerResponse): void {
  answer(response, 404, new WaybillError('NOT_FOUND', 'There is nothing at a path that is no percent-encoded UTF-8.'))
}

/** RFC 9110 §10.1.1: 100-continue is the only one there is. */
export function refuseExpectation(response: ServerResponse): void {
  answer(response, 417, malformed('Nothing but "Expect: 100-continue" can be expected here.'))
}

/** Whatever else comes on this connection belongs to a request that was not understood. */
function answer(response: ServerResponse, status: number, refusal: WaybillError): void {
  const requestId = randomUUID()
  response.shouldKeepAlive = false
  response
    .writeHead(status, { 'content-type': 'application/problem+json', 'x-request-id': requestId })
    .end(JSON.stringify({ ...problemOf(refusal, requestId), status }))
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
