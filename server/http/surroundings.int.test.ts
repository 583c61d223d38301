import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '#db/migrate.ts'
import { type ApiServer, openApiServer } from '#testing/apiServer.ts'
import { type Answer, type Sent, send } from '#testing/httpDoor.ts'
import { startPostgres } from '#testing/postgres.ts'

const job = { requestId: 'r', action: 'a', inputs: { note: 'a-payload-nobody-may-log' } }

describe('while the database is away', () => {
  it('says so with 503 and when to come back, logs no content, and goes on by itself afterwards', async () => {
    await using database = await startPostgres()
    await migrate({ url: database.url })
    await using server = await openApiServer({ databaseUrl: database.url })
    const { key } = await server.newKey(await server.newOrg())
    const door = { url: server.url, key }
    const made = await send(door, { path: '/api/jobs', json: job })
    const { id } = made.body as { id: string }
    await database.kill9()

    const unavailable = { status: 503, body: { code: 'UNAVAILABLE' } }
    const input = encodeURIComponent(JSON.stringify({ jobId: id }))
    const [trpc, ...answers] = await Promise.all([
      send(door, { path: `/api/trpc/jobs.get?input=${input}` }),
      send(door, { path: '/readyz', key: null }),
      send(door, { path: `/runner-jobs/${id}/events` }),
      send(door, { path: `/runner-jobs/${id}/events`, json: { events: [{ type: 'job.started', payload: {} }] } }),
      send(door, { path: '/api/jobs', json: { ...job, requestId: 'r2' } }),
    ])
    for (const answer of answers) {
      expect(answer).toMatchObject(unavailable)
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    expect(trpc).toMatchObject({ status: 503, body: { error: { code: -32603, data: { code: 'UNAVAILABLE' } } } })
    expect(trpc.headers.get('retry-after')).toBe('1')
    // A key that was not seen lately cannot be told from none: that is no reason to call it invalid.
    const unseen = await send(door, { path: '/api/session', key: `wb_0123456789abcdef_${'a'.repeat(43)}` })
    expect(unseen).toMatchObject(unavailable)
    expect((await send(door, { path: '/livez', key: null })).status).toBe(200)
    expect(server.logLines.join('')).not.toContain('a-payload-nobody-may-log')
    expect(server.logLines.join('')).not.toContain(key)

    await database.restart()
    const again = await send(door, { path: '/api/jobs', json: { ...job, requestId: 'r3' } })
    expect(again.status).toBe(201)
    expect((await send(door, { path: '/readyz', key: null })).status).toBe(200)
  }, 90_000)
})

describe('a running server', () => {
  let server: ApiServer
  let orgId: string
  let key: string
  let jobId: string

  beforeAll(async () => {
    server = await openApiServer({ publicUrl: 'https://waybill.example' })
    orgId = await server.newOrg()
    key = (await server.newKey(orgId)).key
    jobId = ((await ask({ path: '/api/jobs', json: job })).body as { id: string }).id
  })

  afterAll(() => server[Symbol.asyncDispose]())

  function ask(sent: Sent): Promise<Answer> {
    return send({ url: server.url, key }, sent)
  }

  it('ends open streams and subscriptions soon after their key was revoked', async () => {
    const doomed = await server.newKey(orgId, ['read'])
    const input = encodeURIComponent(JSON.stringify({ jobId }))
    const paths = [`/runner-jobs/${jobId}/events/stream`, `/api/trpc/events.follow?input=${input}`]
    const init = { headers: { authorization: `Bearer ${doomed.key}` } }
    const opened = await Promise.all(paths.map((path) => fetch(`${server.url}${path}`, init)))
    await server.services.auth.revokeKey({ orgId, keyId: doomed.keyId })
    const [stream, subscription] = await Promise.all(opened.map((response) => response.text()))
    expect(stream).toContain('event: job.created')
    expect(stream).not.toContain('event: end')
    expect(subscription).toContain('"type":"job.created"')
    expect(subscription).toContain('"code":"UNAUTHENTICATED"')
    expect(subscription).not.toContain('event: return')
    expect(server.services.live.stats().followers).toBe(0)
  })

  it('gives its followers up when they go away', async () => {
    const ended = new AbortController()
    const init = { headers: { authorization: `Bearer ${key}` }, signal: ended.signal }
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${server.url}/runner-jobs/${jobId}/events/stream`, init)),
    )
    expect(responses.every((response) => response.ok)).toBe(true)
    while (server.services.live.stats().followers < 20) await sleep(5)
    ended.abort()
    while (server.services.live.stats().followers > 0) await sleep(5)
  })

  it('takes cookies from PUBLIC_URL alone, and marks them Secure there', async () => {
    const logIn = (origin: string) => ask({ path: '/api/session', key: null, json: { key }, headers: { origin } })
    expect((await logIn(server.url)).status).toBe(403)
    const answer = await logIn('https://waybill.example')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/)
  })

  /** Says exactly this and returns all that is answered. */
  async function say(text: string): Promise<string> {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes.toString()
    })
    socket.end(text)
    await once(socket, 'close')
    return answer
  }

  const posting = (headers: string, body: string) =>
    say(
      `POST /runner-jobs/${jobId}/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
        `Content-Type: application/json\r\n${headers}\r\n\r\n${body}`,
    )

  it.each([
    ['ends early', 'Content-Length: 1000', '{"events":[', 'BODY_INCOMPLETE'],
    ['is longer than it said', 'Connection: close\r\nContent-Length: 2', '{}{"events":[]}', 'INVALID_INPUT'],
    ['has two lengths', 'Content-Length: 2\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n', 'INVALID_INPUT'],
    ['has a broken chunk', 'Transfer-Encoding: chunked', 'zz\r\n{}', 'INVALID_INPUT'],
  ])('answers a body that %s with a problem, storing nothing, and goes on', async (_what, headers, body, code) => {
    const answer = await posting(headers, body)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toMatch(/\r\nx-request-id: \S+\r\n/i)
    expect(answer).toContain(`"code":"${code}"`)
    expect(await ask({ path: `/runner-jobs/${jobId}/events` })).toMatchObject({ status: 200, body: { head: 1 } })
  })

  it.each(['/runner-jobs/../api/session', '/%2e%2e/livez', '/api/jobs/%E0%A4%A', '/livez/', '//livez'])(
    'does not take %s for anything else',
    async (path) => {
      const answer = await say(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 (400|401|404) |\r\n\r\n4?\r?\n?page/)
    },
  )

  it.each(['/jobs/%E0%A4%A', '/%', '/jobs/%ff/events/1'])('asks the pages for nothing at %s', async (path) => {
    const answer = await say(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).toContain('"code":"NOT_FOUND"')
  })

  it.each([
    ['a Host that is none', 'GET /api/session HTTP/1.1\r\nHost: a b c\r\nConnection: close\r\n\r\n', 400],
    ['no HTTP', 'HELO waybill\r\n\r\n', 400],
    ['headers without end', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('answers %s with a problem', async (_what, text, status) => {
    const answer = await say(text)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('"code":"INVALID_INPUT"')
  })

  it('is not ready any more once it drains, but alive', async () => {
    server.services.draining = true
    try {
      expect(await ask({ path: '/readyz', key: null })).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } })
      expect((await ask({ path: '/livez', key: null })).status).toBe(200)
    } finally {
      server.services.draining = false
    }
  })
})
