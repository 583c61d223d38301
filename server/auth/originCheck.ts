import { WaybillError } from '#domain/errors.ts'

/**
 * Refuses what another site's page makes a browser send. Browsers name the page's origin on every request that can
 * change something (Fetch §3.1); tools send none, and need none as long as they bring a key instead of a cookie.
 *
 * @param publicUrl the origin browsers are to use; without it the request's own host counts, whatever the scheme, since
 *   a proxy in front may have ended TLS
 * @throws WaybillError ORIGIN_REFUSED
 */
export function checkOrigin(request: Request, publicUrl: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const { headers } = request
  const origin = headers.get('origin')
  if (origin === null) {
    if (headers.has('cookie') && !headers.has('authorization')) {
      throw refused('It carries a cookie but no Origin header; tools send a key as "Authorization: Bearer".')
    }
    return
  }
  const own = headers.get('host') ?? new URL(request.url).host
  const allowed = publicUrl === undefined ? hostOf(origin) === own.toLowerCase() : origin === new URL(publicUrl).origin
  if (allowed) return
  const expected = publicUrl === undefined ? own : `PUBLIC_URL (${new URL(publicUrl).origin})`
  throw refused(`Its Origin ${origin.slice(0, 200)} is not ${expected}.`)
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function refused(reason: string): WaybillError {
  return new WaybillError('ORIGIN_REFUSED', `The request seems to come from another site. ${reason}`)
}
