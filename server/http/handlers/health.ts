import { setTimeout as sleep } from 'node:timers/promises'
import { WaybillError } from '#domain/errors.ts'
import type { Call } from '#server/http/route.ts'

/** Milliseconds the database may take to say that it is there. */
const PATIENCE_MS = 2000

/** The process answers. Nothing else is asked: a lost database is no reason to restart it. */
export function getLivez(): Response {
  return new Response('ok\n', { headers: { 'content-type': 'text/plain' } })
}

/**
 * Requests can be served: not draining, and the database answers. A lost Valkey only makes things slower; `?verbose`
 * names it.
 */
export async function getReadyz({ url, services: open }: Call): Promise<Response> {
  const services = await open()
  if (services.draining) throw new WaybillError('UNAVAILABLE', 'The server is shutting down; ask another one.')
  const timeout = new AbortController()
  const slow = sleep(PATIENCE_MS, 'slow', { signal: timeout.signal }).catch(() => 'cancelled')
  const answer = await Promise.race([services.ping().then(() => 'up'), slow]).finally(() => timeout.abort())
  if (answer !== 'up') {
    throw new WaybillError('UNAVAILABLE', `The database has not answered for ${PATIENCE_MS} ms.`)
  }
  if (!url.searchParams.has('verbose')) return new Response('ready\n', { headers: { 'content-type': 'text/plain' } })
  return Response.json({
    status: 'ready',
    version: services.version,
    database: 'up',
    valkey: services.live.health().valkey,
  })
}
