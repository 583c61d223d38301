import { z } from 'zod'
import { describeSession } from '#server/api/describeSession.ts'
import { parseInput } from '#server/api/parseInput.ts'
import type { Principal } from '#server/auth/principal.ts'
import { sessionCookie } from '#server/auth/sessionCookie.ts'
import { readJson } from '#server/http/readJson.ts'
import type { Call, KnownCall } from '#server/http/route.ts'
import type { Services } from '#server/services.ts'

export const sessionInput = z.union([z.strictObject({ key: z.string() }), z.strictObject({ token: z.string() })], {
  error: 'expected {"key": "wb_…"} or {"token": "…"}',
})

/** Exchanges a key or the token of a login link for a session cookie. */
export async function postSession({ request, url, requestId, ...call }: Call): Promise<Response> {
  const services = await call.services()
  const sessionId = await services.auth.logIn(parseInput(sessionInput, await readJson(request)))
  const { cookieName } = services.auth
  const headers = new Headers({ cookie: `${cookieName}=${sessionId}` })
  const principal = await services.auth.authenticate(headers)
  const cookie = sessionCookie({ name: cookieName, value: sessionId, secure: isSecure(services, url) })
  const body = await sessionBody({ services, principal, headers, requestId })
  return Response.json(body, { headers: { 'set-cookie': cookie } })
}

export async function getSession({ context }: KnownCall): Promise<Response> {
  return Response.json(await sessionBody(context))
}

/** Ends the session; without one there is nothing to end, and the cookie goes all the same. */
export async function deleteSession({ request, url, ...call }: Call): Promise<Response> {
  const services = await call.services()
  await services.auth.logOut(request.headers)
  const cookie = sessionCookie({ name: services.auth.cookieName, value: null, secure: isSecure(services, url) })
  return new Response(null, { status: 204, headers: { 'set-cookie': cookie } })
}

type Who = { services: Services; principal: Principal; headers: Headers; requestId: string }

async function sessionBody(who: Who | KnownCall['context']) {
  const { userId, orgName, scopes } = await describeSession(who)
  return { user: userId, org: orgName, scopes }
}

function isSecure({ env }: Services, url: URL): boolean {
  return (env.publicUrl ?? url.href).startsWith('https:')
}
