import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/client.ts'
import { type Auth, openAuth } from '#server/auth/openAuth.ts'
import type { Scope } from '#server/auth/principal.ts'
import { createTestDatabase, type TestDatabase } from '#testing/database.ts'

const cookieName = 'waybill_4100'
const revalidateMs = 200

let database: TestDatabase
let sql: Sql
let auth: Auth
let orgId: string

beforeAll(async () => {
  database = await createTestDatabase()
  sql = openDatabase({ url: database.url, max: 4 })
  auth = openAuth({ sql, cookieName, revalidateMs, limits: { most: 10, mostPerOrg: 10, ageMs: 60_000 } })
  const [row] = await sql<{ id: string }[]>`insert into orgs (slug, name) values ('acme', 'Acme') returning id`
  orgId = row?.id ?? ''
})

afterAll(async () => {
  auth.close()
  await sql.end()
  await database[Symbol.asyncDispose]()
})

async function makeKey({
  scopes = ['emit', 'read'],
  expiresAt = null,
}: {
  scopes?: Scope[]
  expiresAt?: Date | null
} = {}) {
  return auth.createKey({ orgId, userId: 'ada', kind: 'service', name: 'ci', scopes, expiresAt })
}

function bearer(key: string): Headers {
  return new Headers({ authorization: `Bearer ${key}` })
}

function cookie(sessionId: string): Headers {
  return new Headers({ cookie: `other=1; ${cookieName}=${sessionId}` })
}

const refused = { code: 'UNAUTHENTICATED' }

describe('keys', () => {
  it('make the principal that the key was created for', async () => {
    const { key, record } = await makeKey()
    expect(key).toMatch(/^wb_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
    expect(await auth.authenticate(bearer(key))).toEqual({
      orgId,
      userId: 'ada',
      kind: 'service',
      name: 'ci',
      scopes: ['emit', 'read'],
      keyId: record.id,
      via: 'key',
    })
  })

  it('are kept as hashes only', async () => {
    const { key } = await makeKey()
    const secret = key.split('_').slice(2).join('_')
    const rows = await sql`select api_keys::text as row from api_keys`
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.map((row) => row.row).join('\n')).not.toContain(secret)
    expect(JSON.stringify(await auth.listKeys(orgId))).not.toContain(secret)
  })

  it.each([
    ['nothing', new Headers()],
    ['another scheme', new Headers({ authorization: 'Basic YTpi' })],
    ['an empty bearer', new Headers({ authorization: 'Bearer ' })],
    ['a malformed key', bearer('wb_short_x')],
    ['an unknown key', bearer(`wb_0123456789abcdef_${'a'.repeat(43)}`)],
    ['a cookie that is no session', cookie('a'.repeat(43))],
    ['a malformed cookie', cookie('x')],
  ])('refuses %s', async (_what, headers) => {
    await expect(auth.authenticate(headers)).rejects.toMatchObject(refused)
  })

  it('refuses a known id with another secret', async () => {
    const { key } = await makeKey()
    const flipped = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
    await expect(auth.authenticate(bearer(flipped))).rejects.toMatchObject(refused)
  })

  it('refuses a key from the moment it expires, cached or not', async () => {
    const { key } = await makeKey({ expiresAt: new Date(Date.now() + 150) })
    await auth.authenticate(bearer(key))
    await sleep(160)
    await expect(auth.authenticate(bearer(key))).rejects.toMatchObject(refused)
  })

  it('refuses a revoked key once the verdict on it has run out', async () => {
    const { key, record } = await makeKey()
    await auth.authenticate(bearer(key))
    await auth.revokeKey({ orgId, keyId: record.id })
    await sleep(revalidateMs + 20)
    await expect(auth.authenticate(bearer(key))).rejects.toMatchObject(refused)
    expect((await auth.listKeys(orgId)).find((listed) => listed.id === record.id)?.revokedAt).not.toBeNull()
  })

  it('cannot be revoked by another organisation', async () => {
    const { key, record } = await makeKey()
    const elsewhere = { orgId: '00000000-0000-4000-8000-000000000000', keyId: record.id }
    await expect(auth.revokeKey(elsewhere)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await sleep(revalidateMs + 20)
    await expect(auth.authenticate(bearer(key))).resolves.toMatchObject({ keyId: record.id })
  })
})

describe('sessions', () => {
  it('stand for their key until they are ended', async () => {
    const { key, record } = await makeKey()
    const sessionId = await auth.logIn({ key })
    expect(await auth.authenticate(cookie(sessionId))).toMatchObject({ keyId: record.id, via: 'session' })
    await auth.logOut(cookie(sessionId))
    await expect(auth.authenticate(cookie(sessionId))).rejects.toMatchObject(refused)
  })

  it('die with their key', async () => {
    const { key, record } = await makeKey()
    const sessionId = await auth.logIn({ key })
    await auth.authenticate(cookie(sessionId))
    await auth.revokeKey({ orgId, keyId: record.id })
    await sleep(revalidateMs + 20)
    await expect(auth.authenticate(cookie(sessionId))).rejects.toMatchObject(refused)
  })

  it('are not given for a key that is no longer valid', async () => {
    const { key } = await makeKey({ expiresAt: new Date(Date.now() - 1000) })
    await expect(auth.logIn({ key })).rejects.toMatchObject(refused)
  })
})

describe('login links', () => {
  it('let exactly one of two in that come at once', async () => {
    const { record } = await makeKey()
    const token = await auth.createLoginToken({ orgId, keyId: record.id })
    const results = await Promise.allSettled([auth.logIn({ token }), auth.logIn({ token })])
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(auth.logIn({ token })).rejects.toMatchObject({ code: 'LOGIN_TOKEN_INVALID' })
  })

  it('end after five minutes', async () => {
    const { record } = await makeKey()
    const token = await auth.createLoginToken({ orgId, keyId: record.id })
    await sql`update login_links set expires_at = expires_at - interval '5 minutes' where key_id = ${record.id}`
    await expect(auth.logIn({ token })).rejects.toMatchObject({ code: 'LOGIN_TOKEN_INVALID' })
  })

  it.each(['', 'nonsense', 'a'.repeat(43)])('refuse the token "%s"', async (token) => {
    await expect(auth.logIn({ token })).rejects.toMatchObject({ code: 'LOGIN_TOKEN_INVALID' })
  })
})

describe('guarded streams', () => {
  const guard = (headers: Headers) => auth.guardStream({ headers, orgId, request: new AbortController().signal })

  it('are ended when their key is revoked, and others are not', async () => {
    const [doomed, other] = [await makeKey(), await makeKey()]
    const ended = guard(bearer(doomed.key))
    const kept = guard(bearer(other.key))
    await auth.revokeKey({ orgId, keyId: doomed.record.id })
    await new Promise((resolve) => ended.signal.addEventListener('abort', resolve))
    expect(kept.signal.aborted).toBe(false)
    ended.release()
    kept.release()
  })

  it('are ended when their session is ended', async () => {
    const { key } = await makeKey()
    const sessionId = await auth.logIn({ key })
    const { signal, release } = guard(cookie(sessionId))
    await auth.logOut(cookie(sessionId))
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    release()
  })
})
