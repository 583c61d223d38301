import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { router } from '#server/api/router.ts'
import type { Scope } from '#server/auth/principal.ts'
import { routes } from '#server/http/routes.ts'
import { isApiPath } from '#server/http/serveApi.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Answer, type Sent, send } from '#testing/httpDoor.ts'

/**
 * What each procedure needs. A new one has to be entered here, with its scope, before this file passes: nothing can be
 * added to the router without being tried with no key, a foreign key and a key that lacks the scope.
 */
const procedures: Record<string, { scope: Scope | null; input?: (jobId: string) => object; ofJob?: true }> = {
  'jobs.create': { scope: 'emit', input: () => ({ requestId: randomUUID(), action: 'a', inputs: {} }) },
  'jobs.get': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'jobs.list': { scope: 'read', input: () => ({}) },
  'jobs.facets': { scope: 'read', input: () => ({}) },
  'jobs.summary': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'jobs.view': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'jobs.counts': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'events.emit': { scope: 'emit', input: (jobId) => ({ jobId, events: [event] }), ofJob: true },
  'events.list': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'events.follow': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'steps.list': { scope: 'read', input: (jobId) => ({ jobId }), ofJob: true },
  'session.get': { scope: null },
  'doctor.report': { scope: 'admin' },
}

/** The same for routes that take a body. */
const bodies: Record<string, () => object> = {
  'POST /api/jobs': () => ({ requestId: randomUUID(), action: 'a', inputs: {} }),
  'POST /runner-jobs/:jobId/events': () => ({ events: [event] }),
  'POST /api/projections/rebuild': () => ({ jobId }),
}

/** All that answers without a key, besides the pages. */
const publicRoutes = ['POST /api/session', 'DELETE /api/session', 'GET /livez', 'GET /readyz', 'GET /openapi.json']

const event = { type: 'job.started', payload: {} }
const allScopes: Scope[] = ['emit', 'read', 'admin']

let server: ApiServer
let key: string
let foreignKey: string
let jobId: string
const keyWithout: Record<Scope, string> = { emit: '', read: '', admin: '' }

beforeAll(async () => {
  server = await openApiServer()
  const [orgId, otherOrgId] = [await server.newOrg(), await server.newOrg()]
  key = (await server.newKey(orgId)).key
  foreignKey = (await server.newKey(otherOrgId)).key
  for (const scope of allScopes) {
    keyWithout[scope] = (
      await server.newKey(
        orgId,
        allScopes.filter((other) => other !== scope),
      )
    ).key
  }
  const made = await ask({ path: '/api/jobs', json: { requestId: 'r', action: 'a', inputs: {} } }, key)
  jobId = (made.body as { id: string }).id
})

afterAll(() => server[Symbol.asyncDispose]())

function ask(sent: Sent, by: string | null): Promise<Answer> {
  return send({ url: server.url, key }, { ...sent, key: by })
}

/** By path at run time; the type nests them. */
const served = router._def.procedures as unknown as Record<string, { _def: { type: string } }>
const names = Object.keys(served)

describe('every procedure', () => {
  it('is in the table above', () => {
    expect(names.sort()).toEqual(Object.keys(procedures).sort())
  })

  function call(name: string, by: string | null, job = jobId): Promise<Answer> {
    const input = procedures[name]?.input?.(job)
    const type = served[name]?._def.type
    if (type === 'mutation') return ask({ path: `/api/trpc/${name}`, json: input ?? {} }, by)
    const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`
    return ask({ path: `/api/trpc/${name}${query}` }, by)
  }

  /** A subscription says it inside its stream, where tRPC's clients look. */
  function said(answer: Answer): { httpStatus?: number; code?: string } {
    const frame = /event: serialized-error\ndata: (.*)/.exec(answer.text)?.[1]
    const error = frame === undefined ? (answer.body as { error: unknown }).error : JSON.parse(frame)
    return (error as { data: { httpStatus: number; code: string } }).data
  }

  it.each(names)('%s answers 401 without a key', async (name) => {
    const answer = await call(name, null)
    expect(answer.status).toBe(401)
    expect(said(answer)).toMatchObject({ httpStatus: 401, code: 'UNAUTHENTICATED' })
  })

  it.each(names.filter((name) => procedures[name]?.scope))('%s answers 403 without its scope', async (name) => {
    const answer = await call(name, keyWithout[procedures[name]?.scope ?? 'read'])
    expect(said(answer)).toMatchObject({ httpStatus: 403, code: 'FORBIDDEN' })
  })

  it.each(names.filter((name) => procedures[name]?.ofJob))(
    "%s answers 404 for another organisation's job, just as for none",
    async (name) => {
      const foreign = said(await call(name, foreignKey))
      const none = said(await call(name, key, randomUUID()))
      expect(foreign).toMatchObject({ httpStatus: 404, code: 'NOT_FOUND' })
      expect(Object.keys(foreign)).toEqual(Object.keys(none))
    },
  )
})

describe('every route', () => {
  const nameOf = (route: (typeof routes)[number]) => `${route.method} ${route.path}`
  const guarded = routes.filter((route) => !publicRoutes.includes(nameOf(route)) && !route.path.includes('trpc'))
  const named = (list: typeof guarded) => list.map((route) => [nameOf(route), route] as const)

  it('needs a key, but for the few that are named here', () => {
    expect(
      routes
        .filter((route) => route.access === 'public')
        .map(nameOf)
        .sort(),
    ).toEqual([...publicRoutes].sort())
  })

  it('is answered by the API, never by the pages', () => {
    expect(routes.filter((route) => !isApiPath(route.path))).toEqual([])
  })

  function request(route: (typeof routes)[number], by: string | null, job = jobId): Promise<Answer> {
    const json = bodies[nameOf(route)]?.()
    return ask(
      {
        method: route.method,
        path: route.path.replace(':jobId', job).replace(':page', '0').replace(':event', '1'),
        json,
      },
      by,
    )
  }

  it.each(named(guarded))('%s answers 401 without a key', async (_name, route) => {
    const answer = await request(route, null)
    expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="waybill"')
  })

  it.each(named(guarded.filter((route) => route.access !== 'known')))(
    '%s answers 403 without its scope',
    async (_name, route) => {
      const lacking = keyWithout[route.access as Scope]
      expect(await request(route, lacking)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    },
  )

  it.each(named(guarded.filter((route) => route.path.includes(':jobId'))))(
    "%s answers 404 for another organisation's job, just as for none",
    async (_name, route) => {
      const foreign = await request(route, foreignKey)
      const none = await request(route, key, randomUUID())
      const garbage = await request(route, key, 'garbage')
      expect([foreign.status, none.status, garbage.status]).toEqual([404, 404, 404])
      expect(foreign.body).toMatchObject({ code: 'NOT_FOUND' })
      expect(Object.keys(foreign.body as object)).toEqual(Object.keys(none.body as object))
    },
  )

  it('takes no key from the URL', async () => {
    const answer = await ask({ path: `/api/session?key=${key}&access_token=${key}` }, null)
    expect(answer.status).toBe(401)
  })
})

it("does not let a job be the child of another organisation's", async () => {
  const json = { requestId: randomUUID(), action: 'a', inputs: {}, parentJobId: jobId }
  expect(await ask({ path: '/api/jobs', json }, foreignKey)).toMatchObject({
    status: 404,
    body: { path: '/parentJobId' },
  })
  expect(await ask({ path: '/api/jobs', json }, key)).toMatchObject({ status: 201 })
})

it("lists only the own organisation's jobs", async () => {
  const listed = await ask({ path: '/api/trpc/jobs.list' }, foreignKey)
  expect(listed.text).not.toContain(jobId)
})
