import { WaybillError } from '#domain/errors.ts'
import { inTime, PATIENCE_MS } from '#server/http/inTime.ts'
import type { Call } from '#server/http/route.ts'

/** The process answers. Nothing else is asked: a lost database is no reason to restart it. */
export function getLivez(): Response {
  return new Response('ok\n', { headers: { 'content-type': 'text/plain' } })
}

/**
 * Requests can be served: not draining, and the database answers. A lost Valkey or projector only makes things
 * slower; `?verbose` names it.
 */
export async function getReadyz({ url, services: open }: Call): Promise<Response> {
  const services = await open()
  if (services.draining) throw new WaybillError('UNAVAILABLE', 'The server is shutting down; ask another one.')
  if ((await inTime(services.ping())) === 'late') {
    throw new WaybillError('UNAVAILABLE', `The database has not answered for ${PATIENCE_MS} ms.`)
  }
  if (!url.searchParams.has('verbose')) return new Response('ready\n', { headers: { 'content-type': 'text/plain' } })
  return Response.json({
    status: 'ready',
    version: services.version,
    database: 'up',
    valkey: services.live.health().valkey,
    projector: services.projector.health(),
  })
}
