import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { WaybillError } from '#domain/errors.ts'
import { EventStreamResponse } from '#server/http/eventStreamResponse.ts'
import { isApiPath, serveApi } from '#server/http/serveApi.ts'
import { dropStalled } from '#server/start/dropStalled.ts'
import { findListener } from '#server/start/findListener.ts'
import {
  answerMalformed,
  hasOneHost,
  isDecodable,
  refuseExpectation,
  refuseHost,
  refuseMalformed,
  refusePath,
} from '#server/start/malformedRequest.ts'
import { writeEventStream } from '#server/start/writeEventStream.ts'

/** Whoever answers what is not API: Next's request handler. */
export type Pages = { handle(request: IncomingMessage, response: ServerResponse): Promise<void> }

/** Longer than what proxies keep idle connections for, or they would send into one that is just closing. */
const KEEP_ALIVE_MS = 75_000
/** A whole request, 4 MiB at most, has to arrive in this time: a body of one byte a minute would sit here for ever. */
const REQUEST_MS = 60_000
/** Between two looks at who is late, at most. */
const LOOK_MS = 10_000

export type SocketOptions = {
  host: string
  port: number
  pages: Pages
  /** true: answers tell their clients not to come back on this connection */
  isDraining?: () => boolean
  /** milliseconds a request may take to arrive, its connection included; default 60,000 */
  requestMs?: number
}

/**
 * Listens. API paths go straight to the fetch handlers, everything else to the pages.
 *
 * @throws WaybillError PORT_IN_USE, BAD_SETTING (an address this machine does not have, a port it may not use)
 */
export async function openSocket(options: SocketOptions): Promise<Server> {
  const { host, port, pages, isDraining = () => false, requestMs = REQUEST_MS } = options
  // The globals stay those of Node: Next and the drivers were written for them.
  const api = getRequestListener(answer, { overrideGlobalObjects: false, errorHandler: refuseMalformed })
  const settings = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(LOOK_MS, requestMs),
    // Node would answer without a code.
    requireHostHeader: false,
  }
  const server = createServer(settings, (request, response) => {
    if (isDraining()) response.shouldKeepAlive = false
    if (!hasOneHost(request)) return refuseHost(response)
    const path = pathOf(request.url)
    if (isApiPath(path)) void api(request, response)
    else if (!isDecodable(path)) refusePath(response)
    else void pages.handle(request, response).catch(() => response.destroy())
  })
  dropStalled(server)
  server.on('clientError', answerMalformed)
  server.on('checkExpectation', (_request, response) => refuseExpectation(response))
  await listen(server, host, port)
  return server
}

/** Event streams are written to the response itself: each frame through a web stream costs half as much again. */
async function answer(request: Request, { outgoing }: { outgoing: unknown }): Promise<Response> {
  const response = await serveApi(request)
  if (!(response instanceof EventStreamResponse && outgoing instanceof ServerResponse)) return response
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  void writeEventStream(response.stream, outgoing).catch(() => outgoing.destroy())
  return RESPONSE_ALREADY_SENT
}

/** Tells at once what would otherwise be found out after the databases and the pages. @throws as openSocket */
export async function assertPortFree({ host, port }: { host: string; port: number }): Promise<void> {
  const probe = createServer()
  await listen(probe, host, port)
  probe.close()
  await once(probe, 'close')
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw explain(error, host, port)
  }
}

function pathOf(target = '/'): string {
  // An absolute target (RFC 9112 §3.2.2) names the same thing; whoever it confuses, it is not to be the router.
  const path = target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '/')
  return path.split('?', 1)[0] ?? '/'
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const holder = findListener(port)
    const who = holder === null ? 'another process' : `pid ${holder.pid} (${holder.command})`
    return new WaybillError(
      'PORT_IN_USE',
      `Port ${port} is taken by ${who}. Stop it, or choose another port: PORT=${port + 1} npm start`,
      { details: { port }, cause: error },
    )
  }
  if (code === 'EACCES') {
    return new WaybillError('BAD_SETTING', `This user may not use port ${port}; choose one from 1024 on: PORT=4100`, {
      cause: error,
    })
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new WaybillError(
      'BAD_SETTING',
      `HOST=${host} is no address of this machine; use 127.0.0.1 for this machine alone, 0.0.0.0 for all its addresses`,
      { cause: error },
    )
  }
  return error
}
