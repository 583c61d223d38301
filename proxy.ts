import { type NextRequest, NextResponse } from 'next/server'
import { isDevelopment } from '#server/env.ts'
import { contentSecurityPolicy } from '#server/http/contentSecurityPolicy.ts'

/**
 * Gives each page its own nonce. Next reads it from the request's header and puts it on the scripts it writes; the
 * layout reads `x-nonce`. Nothing is decided here about who may see what: pages hold no data, and what they ask for is
 * answered or refused by the API. Who has no session at all is only spared a page that could show nothing.
 */
export function proxy(request: NextRequest): NextResponse {
  if (isSignedOut(request)) return toLogin(request)
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy(nonce, isDevelopment())
  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  // A job's id is in the path: other sites need not learn it.
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('x-frame-options', 'DENY')
  response.headers.set('cross-origin-opener-policy', 'same-origin')
  return response
}

function isSignedOut({ cookies, nextUrl }: NextRequest): boolean {
  return nextUrl.pathname !== '/login' && !cookies.getAll().some(({ name }) => name.startsWith('waybill_'))
}

function toLogin({ nextUrl }: NextRequest): NextResponse {
  const login = new URL('/login', nextUrl)
  login.searchParams.set('next', `${nextUrl.pathname}${nextUrl.search}`)
  return NextResponse.redirect(login)
}

export const config = {
  // Pages alone: Next cuts the bodies of matched requests at 10 MB without an error, and holds them back until read.
  matcher: ['/((?!api|runner-jobs|livez|readyz|metrics|openapi\\.json|_next/|theme\\.js$|icon\\.svg$).*)'],
}
